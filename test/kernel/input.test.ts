import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMessage } from "../../src/jupyter/wire-message";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { outcome, run, startTestKernel, until } from "./test-kernel";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startTestKernel();
});
afterAll(() => kernel.kill());

/** Runs a cell and answers its questions in order. */
async function answered(code: string, ...answers: string[]) {
  const asked: [prompt: string, hidden: boolean][] = [];
  const result = await run(kernel, code, {
    onInput: (prompt, hidden) => {
      asked.push([prompt, hidden]);
      const answer = answers.shift();
      // A question too many is never answered, and the test fails when the cell does not end.
      return answer ?? new Promise<string>(() => {});
    },
  });
  return { ...result, asked };
}

/** Runs a cell, and calls `act` instead of answering its first question. */
async function unanswered(code: string, act: () => unknown) {
  let asked = false;
  const running = kernel.execute(code, {
    onInput: () => {
      asked = true;
      return new Promise<string>(() => {});
    },
  });
  await until(() => asked, "the question");
  await act();
  const { reply, messages } = await running.done;
  return outcome(reply, messages);
}

const bySignal = () => kernel.process.signal("SIGINT");
const byMessage = () => kernel.request("interrupt_request", {}, { channel: "control" });
const interruptError = "KeyboardInterrupt: the cell was interrupted";

describe("prompt()", () => {
  it("is synchronous and returns what was typed", async () => {
    const { text, asked, error } = await answered(`const name = prompt("name?"); name.toUpperCase()`, "Ada");
    expect(error).toBeUndefined();
    expect(text).toBe("'ADA'");
    expect(asked).toEqual([["name?", false]]);
    expect((await answered(`name`)).text).toBe("'Ada'");
  });

  it("asks after an await, in functions and in loops", async () => {
    const code = `await null; const ask = (n: number) => prompt("n" + n); [1, 2, 3].map(ask).join()`;
    expect((await answered(code, "a", "ü", "c d")).text).toBe("'a,ü,c d'");
  });

  it("has a default, and can hide the answer", async () => {
    const { text, asked } = await answered(
      `[prompt("a", "x"), prompt("b", { default: "y" }), prompt("token?", { hidden: true }), prompt()]`,
      ...["", "typed", "secret", ""],
    );
    expect(text).toBe("[ 'x', 'typed', 'secret', '' ]");
    expect(asked).toEqual([
      ["a [x]", false],
      ["b [y]", false],
      ["token?", true],
      ["", false],
    ]);
  });

  it("asks after all that the cell has printed", async () => {
    const order: string[] = [];
    const running = kernel.execute(`console.log("a"); console.log("b"); prompt("c"); console.log("d")`, {
      onMessage: ({ header, content }) => header.msg_type === "stream" && order.push(String(content.text)),
      onInput: async () => {
        await until(() => order.join("").includes("b"), "what was printed before the question");
        order.push("asked");
        return "";
      },
    });
    await running.done;
    expect(order.join("").replaceAll("\n", "")).toBe("abaskedd");
  });

  it("confirm() is true for y, false for n and nothing, and asks again for anything else", async () => {
    const { text, asked } = await answered(`[confirm("sure?"), confirm(), confirm()]`, "perhaps", "Yes", "n", "");
    expect(text).toBe("[ true, false, false ]");
    expect(asked.map(([prompt]) => prompt)).toEqual([
      "sure? [y/N]",
      "sure? [y/N]",
      "Continue? [y/N]",
      "Continue? [y/N]",
    ]);
  });
});

describe("where nobody can answer", () => {
  it.each([
    ["prompt()", `prompt("name?")`],
    ["confirm()", `confirm("sure?")`],
    ["process.stdin", `for await (const line of process.stdin) console.log(line);`],
    [
      "readline's question()",
      `import readline from "node:readline/promises"; await readline.createInterface({ input: process.stdin }).question("name?")`,
    ],
  ])("%s says what to do instead", async (asker, code) => {
    expect((await run(kernel, code)).error).toBe(
      `InputError: ${asker} needs an answer, but this run accepts no input. Write the value into the cell, or assign it ` +
        'in a cell with the tag "parameters" and pass it: elbo-lab run NOTEBOOK -p NAME=value',
    );
    expect((await run(kernel, `1 + 1`)).text).toBe("2");
  });

  it("a question from work that has outlived its cell is an error of that cell", async () => {
    const errors: unknown[] = [];
    kernel.execute(`setTimeout(() => prompt("late?"), 50);`, {
      onInput: () => "never asked",
      onMessage: ({ header, content }) => header.msg_type === "error" && errors.push(content.evalue),
    });
    await until(() => errors.length > 0, "the error");
    expect(errors[0]).toMatch(/^prompt\(\) was called after its cell had ended/);
  });
});

describe.each([
  ["the signal", bySignal],
  ["interrupt_request", byMessage],
])("an interrupt by %s", (_, interrupt) => {
  it("ends a waiting prompt(), and the kernel goes on", async () => {
    const { error, status } = await unanswered(`prompt("name?"); console.log("not reached")`, interrupt);
    expect({ error, status }).toEqual({ error: interruptError, status: "error" });
    expect((await answered(`prompt("again?")`, "yes")).text).toBe("'yes'");
  });

  it("ends a question of readline", async () => {
    const code = `import readline from "node:readline/promises";
      await readline.createInterface({ input: process.stdin }).question("name?"); console.log("not reached")`;
    expect((await unanswered(code, interrupt)).error).toBe(interruptError);
    expect((await answered(`prompt("again?")`, "yes")).text).toBe("'yes'");
  });
});

describe("an interrupt by message", () => {
  it("ends prompt() after an await", async () => {
    expect((await unanswered(`await null; prompt("name?")`, byMessage)).error).toBe(interruptError);
  });

  it("ends prompt() in a cell that watches the signal, which may go on", async () => {
    const code = `const { interruptSignal } = (globalThis as any)[Symbol.for("elbo-lab.frontEnd")];
      try { prompt("name?") } catch (error) { console.log(String(error), interruptSignal.aborted) }`;
    const { status, stdout } = await unanswered(code, byMessage);
    expect({ status, stdout }).toEqual({ status: "ok", stdout: `${interruptError} true\n` });
  });
});

describe("answers", () => {
  const reply = (value: string, id?: string) => {
    const message = createMessage("input_reply", { value }, kernel.session);
    if (id !== undefined) message.parent = { msg_id: id };
    return kernel.send("stdin", message);
  };

  it("to a question of an earlier cell are dropped", async () => {
    let stale = "";
    const stop = kernel.watch((channel, { header }) => {
      if (channel === "stdin") stale = header.msg_id;
    });
    await unanswered(`prompt("first?")`, byMessage);
    stop();
    const { text } = await run(kernel, `prompt("second?")`, {
      onInput: async () => {
        await reply("stale", stale);
        return "fresh";
      },
    });
    expect(text).toBe("'fresh'");
  });

  it("that nobody asked for are dropped", async () => {
    const { text } = await run(kernel, `prompt("?")`, {
      onInput: async () => {
        await reply("unasked", "no such id");
        return "asked";
      },
    });
    expect(text).toBe("'asked'");
  });

  it("without a parent, as of some clients, answer the latest question", async () => {
    let done = false;
    const running = kernel.execute(`prompt("?")`, {
      onInput: () => {
        void reply("orphan").then(() => {
          done = true;
        });
        return new Promise<string>(() => {});
      },
    });
    const { reply: ended, messages } = await running.done;
    expect(outcome(ended, messages).text).toBe("'orphan'");
    expect(done).toBe(true);
  });
});

describe("node:readline", () => {
  it("asks with question(), as callbacks and as promises", async () => {
    const callbacks = await answered(
      `import * as readline from "node:readline";
       const rl = readline.createInterface({ input: process.stdin, output: process.stdout });
       await new Promise<void>((done) => rl.question("a? ", (a) => rl.question("b? ", (b) => { console.log(a + b); rl.close(); done(); })));`,
      ...["1", "2"],
    );
    expect(callbacks.error).toBeUndefined();
    expect(callbacks.stdout).toBe("12\n");
    expect(callbacks.asked.map(([prompt]) => prompt)).toEqual(["a? ", "b? "]);

    const promises = await answered(
      `import { createInterface } from "node:readline/promises";
       const reader = createInterface({ input: process.stdin, output: process.stdout });
       const both = [await reader.question("c? "), await reader.question("d? ")]; reader.close(); both`,
      ...["3", "4"],
    );
    expect(promises.text).toBe("[ '3', '4' ]");
    expect(promises.asked.map(([prompt]) => prompt)).toEqual(["c? ", "d? "]);
  });

  it("is iterated line by line, until the loop ends, and asks for no line more", async () => {
    const code = `import readline from "node:readline"; const lines: string[] = [];
      for await (const line of readline.createInterface({ input: process.stdin })) { if (line === "") break; lines.push(line); }
      lines`;
    const first = await answered(code, "a", "b", "");
    expect(first.error).toBeUndefined();
    expect(first.text).toBe("[ 'a', 'b' ]");
    expect(first.asked).toHaveLength(3);
    // A later cell begins anew.
    expect(
      (
        await answered(
          `(await (async () => { ${code.replace(/^import.*?;/, "")}; return lines; })())`.replace("\n      lines", ""),
          "c",
          "",
        )
      ).text,
    ).toBe("[ 'c' ]");
  });

  it("emits lines to listeners", async () => {
    const { text } = await answered(
      `import readline from "node:readline"; const rl2 = readline.createInterface(process.stdin); const got: string[] = [];
       rl2.on("line", (line) => { got.push(line); if (got.length === 2) rl2.close(); });
       await new Promise((done) => rl2.once("close", done)); got`,
      ...["x", "y"],
    );
    expect(text).toBe("[ 'x', 'y' ]");
  });

  it("a question can be withdrawn", async () => {
    const { text } = await answered(
      `import { createInterface as open } from "node:readline/promises";
       const stop = new AbortController(); setTimeout(() => stop.abort(), 50);
       const rl3 = open({ input: process.stdin });
       await rl3.question("late?", { signal: stop.signal }).catch((error) => error.name)`,
    );
    expect(text).toBe("'AbortError'");
    expect((await answered(`prompt("next?")`, "fine")).text).toBe("'fine'");
  });

  it("other inputs are read as ever", async () => {
    const { text } = await answered(
      `import { Readable } from "node:stream"; import readline from "node:readline"; const own: string[] = [];
       for await (const line of readline.createInterface({ input: Readable.from(["1\\n2\\n"]) })) own.push(line); own`,
    );
    expect(text).toBe("[ '1', '2' ]");
  });
});

describe("process.stdin", () => {
  it("gives lines", async () => {
    const { text } = await answered(
      `let all = ""; for await (const chunk of process.stdin) { all += chunk; if (all.includes("end")) break; } all`,
      ...["1", "end"],
    );
    expect(text).toBe("'1\\nend\\n'");
    expect(
      (await answered(`await new Promise((done) => process.stdin.once("data", (line) => done(String(line))))`, "next"))
        .text,
    ).toBe("'next\\n'");
  });
});

it("a kernel whose cell waits for an answer shuts down by itself", async () => {
  const own = await startTestKernel();
  let asked = false;
  const { done } = own.execute(`prompt("name?")`, {
    onInput: () => {
      asked = true;
      return new Promise<string>(() => {});
    },
  });
  done.catch(() => undefined);
  await until(() => asked, "the question");
  const reply = own.request("shutdown_request", { restart: true }, { channel: "control" });
  expect((await reply).content).toEqual({ status: "ok", restart: true });
  expect(await own.process.exited, own.process.output()).toBe("it exited with code 0");
  await own.kill();
});
