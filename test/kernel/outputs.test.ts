import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireMessage } from "../../src/jupyter/wire-message";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { type Outcome, outcome, pause, run, startTestKernel, until } from "./test-kernel";

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
  await cell(`const front = (globalThis as any)[Symbol.for("elbo-lab.frontEnd")];
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));`);
});
afterAll(() => kernel.kill());

const types = ({ outputs }: Outcome) => outputs.map(({ type }) => type);

describe("streams", () => {
  it("standard output and standard error stay apart and in their order", async () => {
    const { outputs } = await cell(`console.log("a"); console.error("b"); process.stdout.write(Buffer.from("c")); 0`);
    expect(outputs.slice(0, 3).map(({ content }) => [content.name, content.text])).toEqual([
      ["stdout", "a\n"],
      ["stderr", "b\n"],
      ["stdout", "c"],
    ]);
  });

  it("calls back when a write is done", async () => {
    expect(
      (await cell(`await new Promise<string>((done) => process.stdout.write("x", () => done("called")))`)).text,
    ).toBe("'called'");
  });

  it("joins the bytes of a character that came in two writes", async () => {
    const { stdout } = await cell(
      `const e = Buffer.from("é"); process.stdout.write(e.subarray(0, 1)); process.stdout.write(e.subarray(1));`,
    );
    expect(stdout).toBe("é");
  });

  it("promises and timers print as they do elsewhere", async () => {
    const { stdout } =
      await cell(`console.log(Promise.resolve(1), [new Promise(() => {})], { p: Promise.resolve("a b") });
      console.log(setTimeout(() => {}, 1));`);
    expect(stdout).toMatch(/^Promise \{ 1 \} \[ Promise \{ <pending> \} \] \{ p: Promise \{ 'a b' \} \}\n/);
    expect(stdout).not.toMatch(/async_id_symbol|kResourceStore/);
  });

  it("a progress bar that wants a terminal draws itself with carriage returns", async () => {
    const { stderr } = await cell(`const ProgressBar = require("progress");
      const bar = new ProgressBar("[:bar] :current/:total", { total: 3, width: 3, renderThrottle: 0 });
      bar.tick(); bar.tick(); bar.tick();`);
    expect(stderr).toBe("\r[=--] 1/3\r[==-] 2/3\r[===] 3/3\n");
    const { stdout } = await cell(
      `process.stdout.write("long line"); process.stdout.cursorTo(0); process.stdout.write("short"); process.stdout.clearLine(1);`,
    );
    expect(stdout).toBe("long line\rshort    ");
    expect((await cell(`[process.stdout.isTTY, process.stdout.hasColors()]`)).text).toBe("[ true, false ]");
  });
});

describe("bursts", () => {
  it("100,000 lines arrive complete, in few messages", async () => {
    const { stdout, outputs, status } = await cell(`for (let i = 0; i < 100_000; i++) console.log(i)`);
    expect(status).toBe("ok");
    expect(stdout).toBe(Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(""));
    expect(outputs.length).toBeLessThan(200);
    expect((await cell(`"usable"`)).text).toBe("'usable'");
  });

  it("100,000 lines of a loop that awaits arrive complete", async () => {
    const { stdout } = await cell(
      `for (let i = 0; i < 100_000; i++) { console.log(i); if (i % 100 === 0) await null; }`,
    );
    expect(stdout.split("\n")).toHaveLength(100_001);
  });

  it("a line of many megabytes arrives shortened, with its beginning and its end", async () => {
    const { stdout } = await cell(`console.log("a" + "x".repeat(20_000_000) + "z")`);
    expect(stdout).toMatch(
      /^ax{999999}\n… This cell has printed [^…]*…\n\n… 18,900,003 characters are left out here …\nx{99998}z\n$/,
    );
  });

  it("of 1,000 display updates a second the last arrives, and the kernel stays usable", async () => {
    const result = await cell(`front.display({ data: { "text/plain": "start" } }, { id: "burst" });
      const began = Date.now();
      for (let i = 1; i <= 2000; i++) {
        front.display({ data: { "text/plain": String(i) } }, { id: "burst", update: true });
        while (Date.now() - began < i / 2) await null;
      }
      Date.now() - began`);
    const updates = result.outputs.filter(({ type }) => type === "update_display_data");
    expect(updates.at(-1)?.content.data).toEqual({ "text/plain": "2000" });
    expect(updates.length).toBeGreaterThan(1);
    // One each 50 ms of the cell's own time, and those at the ends.
    expect(updates.length).toBeLessThanOrEqual(Number(result.text) / 50 + 3);
    expect((await cell(`"usable"`)).text).toBe("'usable'");
  });

  it("what a synchronous loop prints can be read while it runs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "elbo-lab-outputs-"));
    const seen = join(folder, "seen");
    // The loop ends when its first line has been read.
    const running = kernel.execute(
      `while (!require("node:fs").existsSync(${JSON.stringify(seen)})) { console.log("tick"); const p = Date.now() + 20; while (Date.now() < p); }`,
      {
        onMessage: ({ header }) => {
          if (header.msg_type === "stream") writeFileSync(seen, "");
        },
      },
    );
    expect((await running.done).reply.content.status).toBe("ok");
    rmSync(folder, { recursive: true });
  });
});

describe("displays", () => {
  it("carry all types of a bundle, its metadata and an id", async () => {
    const { outputs } =
      await cell(`front.display({ data: { "image/png": new Uint8Array([1, 2, 3]), "text/plain": "figure" },
      metadata: { "image/png": { alt: "a figure" } } }, { id: "figure" });`);
    expect(outputs).toEqual([
      {
        type: "display_data",
        content: {
          data: { "image/png": "AQID", "text/plain": "figure" },
          metadata: { "image/png": { alt: "a figure" } },
          transient: { display_id: "figure" },
        },
      },
    ]);
  });

  it("are updated in place by a later cell", async () => {
    const { outputs } = await cell(`front.display({ data: { "text/plain": "new" } }, { id: "figure", update: true });`);
    expect(outputs).toMatchObject([{ type: "update_display_data", content: { transient: { display_id: "figure" } } }]);
  });

  it("keep their order among printed lines", async () => {
    const result = await cell(
      `console.log("a"); front.display({ data: { "text/plain": "b" } }); console.log("c"); clearOutput(true); console.log("d"); 1`,
    );
    expect(types(result)).toEqual(["stream", "display_data", "stream", "clear_output", "stream", "execute_result"]);
    expect(result.outputs[3]?.content).toEqual({ wait: true });
  });

  it("tslab's own display goes the same way", async () => {
    const result = await cell(
      `import { display, newDisplay } from "tslab"; display.html("<b>x</b>"); const d = newDisplay(); d.text("1"); d.text("2");`,
    );
    expect(result.error).toBeUndefined();
    expect(result.outputs.map(({ content }) => content.data)).toEqual([
      { "text/html": "<b>x</b>" },
      { "text/plain": "2" },
    ]);
  });

  it("one that cannot be sent says so, and does not take the others along", async () => {
    const { stderr, stdout, status } = await cell(`const cycle: any = {}; cycle.cycle = cycle;
      front.display({ data: { "application/json": cycle } }); console.log("next");`);
    expect(status).toBe("ok");
    expect(stderr).toMatch(/could not be sent: .*circular/);
    expect(stdout).toBe("next\n");
  });

  it("the pager gets its text in the reply", async () => {
    const { reply } = await cell(`page("a long text")`);
    expect(reply.payload).toEqual([{ source: "page", data: { "text/plain": "a long text" }, start: 0 }]);
  });
});

describe("work that outlives its cell", () => {
  it("prints and displays into the cell that started it", async () => {
    const late: WireMessage[] = [];
    const first = kernel.execute(
      `setTimeout(() => { console.log("late"); front.display({ data: { "text/plain": "later" } }); }, 150);
      void sleep(200).then(() => console.log("latest"));`,
      { onMessage: (message) => late.push(message) },
    );
    await first.done;
    const second = await cell(`await sleep(400); console.log("mine")`);
    expect(second.stdout).toBe("mine\n");
    expect(types(second)).toEqual(["stream"]);
    const { reply } = await first.done;
    await until(() => outcome(reply, late).stdout.includes("latest"), "the late outputs");
    const { stdout, outputs } = outcome(reply, late);
    expect(stdout).toBe("late\nlatest\n");
    expect(outputs.some(({ type }) => type === "display_data")).toBe(true);
  });

  it("a rejection that nobody handles fails its cell", async () => {
    const { status, error } = await cell(`void Promise.reject(new Error("floating"));`);
    expect(status).toBe("error");
    expect(error).toBe("Error: floating");
    const awaited = await cell(`void sleep(20).then(() => { throw new Error("floating later"); }); await sleep(100);`);
    expect(awaited.error).toBe("Error: floating later");
    expect((await cell(`await Promise.reject(new Error("caught")).catch(() => "fine")`)).text).toBe("'fine'");
  });

  it("an error in a timer fails its cell", async () => {
    const { error, traceback, reply } = await cell(
      `setTimeout(() => {\n  throw new TypeError("in a timer");\n}, 10);\nawait sleep(100);`,
    );
    expect(error).toBe("TypeError: in a timer");
    expect(traceback[1]).toMatch(`cell[${reply.execution_count}]:2:9`);
  });

  it("an error after the reply is an error of its own cell, not of the next", async () => {
    const late: WireMessage[] = [];
    const first = kernel.execute(
      `setTimeout(() => { throw new Error("too late") }, 100); void sleep(150).then(() => Promise.reject(new Error("later still")));`,
      {
        onMessage: (message) => late.push(message),
      },
    );
    const { reply } = await first.done;
    expect(reply.content.status).toBe("ok");
    const second = await cell(`await sleep(300); "untouched"`);
    expect(second.text).toBe("'untouched'");
    const errors = late.filter(({ header }) => header.msg_type === "error").map(({ content }) => content.evalue);
    expect(errors).toEqual(["too late", "later still"]);
  });

  it("events of emitters belong to the cell that made them happen, or started them", async () => {
    const first = await cell(
      `import { EventEmitter } from "node:events"; const emitter = new EventEmitter(); emitter.on("x", () => console.log("heard")); 0`,
    );
    expect(first.error).toBeUndefined();
    expect((await cell(`emitter.emit("x")`)).stdout).toBe("heard\n");
  });

  it("a child process is awaited like anything else", async () => {
    const { stdout } = await cell(`import { execFile } from "node:child_process";
      await new Promise<void>((done) => execFile(process.execPath, ["-p", "6*7"], (_, out) => { console.log(out.trim()); done(); }));`);
    expect(stdout).toBe("42\n");
    await pause(10);
  });
});
