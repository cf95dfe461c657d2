import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { outcome, run, startTestKernel, until } from "./test-kernel";

/** Each test damages its kernel, so each has its own. */
let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeEach(async () => {
  kernel = await startTestKernel();
});
afterEach(() => kernel.kill());

const interrupted = async (code: string) => {
  let started = false;
  const running = kernel.execute(code, {
    onMessage: ({ header }) => {
      started ||= header.msg_type === "stream";
    },
  });
  await until(() => started, "the cell starts");
  await kernel.request("interrupt_request", {}, { channel: "control" });
  const { reply, messages } = await running.done;
  return outcome(reply, messages).error;
};

describe("a cell may replace what the kernel uses", () => {
  it("JSON.stringify", async () => {
    const code = `JSON.stringify = () => { throw new Error("replaced") }; "done"`;
    expect((await cell(code)).text).toBe("'done'");
    const next = await cell(`JSON.stringify([1])`);
    expect(next.text).toBe("'[1]'");
    expect(next.stderr).toMatch(/An earlier cell has replaced JSON/);
    expect((await cell(`(globalThis as any).JSON = undefined; 3`)).text).toBe("3");
    expect((await cell(`JSON.parse("4")`)).text).toBe("4");
    expect((await cell(`throw new Error("still reported")`)).error).toBe("Error: still reported");
  });

  it("Error.prepareStackTrace, by a function that throws", async () => {
    expect((await cell(`Error.prepareStackTrace = () => { throw new Error("no stack") }; 1`)).text).toBe("1");
    const { error, traceback } = await cell(`throw new TypeError("told")`);
    expect(error).toBe("TypeError: told");
    expect(traceback.join("\n")).toMatch(/cell\[2\]:1:7/);
    const late = await cell(`void Promise.reject(new Error("late"));`);
    expect(late.error).toBe("Error: late");
    const sites = await cell(
      `const before = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites;
       const top = (new Error().stack as any)[0].getFileName(); Error.prepareStackTrace = before; typeof top`,
    );
    expect(sites.text).toBe("'string'");
  });

  it("the listeners of process", async () => {
    const code = `process.removeAllListeners(); void Promise.reject(new Error("floating"));`;
    expect((await cell(code)).error).toBe("Error: floating");
    expect(
      (
        await cell(
          `setTimeout(() => { throw new Error("in a timer") }, 1); await new Promise((r) => setTimeout(r, 50));`,
        )
      ).error,
    ).toBe("Error: in a timer");
    const error = "KeyboardInterrupt: the cell was interrupted";
    expect(await interrupted(`process.removeAllListeners(); console.log("started"); while (true);`)).toBe(error);
    expect(
      await interrupted(
        `await null; process.removeAllListeners("SIGINT"); console.log("started"); await new Promise(() => {});`,
      ),
    ).toBe(error);
    kernel.process.signal("SIGINT");
    expect((await cell(`process.off("SIGTERM", process.listeners("SIGTERM")[0] as any); 2`)).text).toBe("2");
    kernel.process.signal("SIGTERM");
    expect(await kernel.process.exited).toBe("it exited with code 0");
  });
});

describe("a cell may throw anything", () => {
  it.each([
    [
      "an error whose stack throws",
      `throw Object.defineProperty(new Error("x"), "stack", { get() { throw new Error("no") } })`,
    ],
    [
      "an error whose message throws",
      `throw Object.defineProperty(new Error("x"), "message", { get() { throw new Error("no") } })`,
    ],
    ["a proxy that refuses everything", `throw new Proxy(new Error("x"), { get() { throw new Error("no") } })`],
  ])("%s", async (_, code) => {
    const { error, status } = await cell(code);
    expect(status).toBe("error");
    expect(error).toBeDefined();
    expect((await cell(`1 + 1`)).text).toBe("2");
  });

  it("an AggregateError, which shows its errors", async () => {
    const { error, traceback } = await cell(
      `const fails = async (text: string) => { throw new RangeError(text); };\nawait Promise.any([fails("one"), fails("two"), Promise.reject("three")])`,
    );
    expect(error).toBe(
      "AggregateError: All promises were rejected (RangeError: one; RangeError: two; Thrown: 'three')",
    );
    const text = traceback.join("\n");
    expect(text).toMatch(/\[1\] RangeError: one\n\s+at fails \(cell\[1\]:1:/);
    expect(text).toMatch(/\[2\] RangeError: two/);
    expect(text).toMatch(/\[3\] Thrown: 'three'/);
    const many = await cell(`throw new AggregateError(Array.from({ length: 9 }, (_, i) => new Error("e" + i)))`);
    expect(many.error).toMatch(/^AggregateError: \(Error: e0; .*Error: e4; 4 more\)$/);
  });
});

it("a result whose MIME data have a cycle or a BigInt is not an empty cell", async () => {
  for (const data of [`(() => { const o: any = {}; o.o = o; return o; })()`, `{ n: 5n }`]) {
    const { status, text, stderr } = await cell(
      `({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": ${data} }) })`,
    );
    expect(status).toBe("ok");
    expect(text).toMatch(/Jupyter\.display/);
    expect(stderr).toMatch(/its application\/json is not JSON/);
  }
});
