import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { outcome, run, startTestKernel, until } from "./test-kernel";

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
});
afterAll(() => kernel.kill());

describe("a value that shows itself", () => {
  const shown = (method: string) => cell(`({ [Symbol.for("Jupyter.display")]${method} })`);

  it("as a bundle with metadata", async () => {
    const { outputs } = await shown(
      `: () => ({ data: { "text/html": "<b>", "text/plain": "b" }, metadata: { "text/html": { a: 1 } } })`,
    );
    expect(outputs[0]?.content).toMatchObject({
      data: { "text/html": "<b>", "text/plain": "b" },
      metadata: { "text/html": { a: 1 } },
    });
  });

  it("as a plain record of types, as for Deno", async () => {
    expect((await shown(`: () => ({ "text/markdown": "*m*", "text/plain": "m" })`)).data).toEqual({
      "text/markdown": "*m*",
      "text/plain": "m",
    });
  });

  it("as a promise of either, and with plain text where it gives none", async () => {
    expect((await shown(`: async () => ({ data: { "image/png": Buffer.from("png") } })`)).data).toMatchObject({
      "image/png": "cG5n",
      "text/plain": expect.stringContaining("Jupyter.display"),
    });
  });

  it("as a method of a class, with its this", async () => {
    const { data } = await cell(
      `class Shown { n = 3; [Symbol.for("Jupyter.display")]() { return { "text/plain": "n is " + this.n }; } } new Shown()`,
    );
    expect(data["text/plain"]).toBe("n is 3");
  });

  it.each([
    [`() { throw new Error("cannot draw") }`, /cannot draw/],
    [`: async () => { throw new Error("cannot draw later") }`, /cannot draw later/],
    [`: () => "no bundle"`, /must return MIME types and their data, but returned 'no bundle'/],
    [`: () => ({})`, /must return MIME types/],
  ])("or fails to, which does not fail the cell: %s", async (method, message) => {
    const { status, stderr, text } = await shown(method);
    expect(status).toBe("ok");
    expect(stderr).toMatch(message);
    expect(text).toMatch(/Jupyter\.display/);
  });

  it("with small tables beside its text, which arrive as they are", async () => {
    const { data, stderr } = await shown(
      `: () => ({ data: { "text/plain": "vae: 9 parameters", "text/markdown": "| a |\\n| --- |\\n| 1 |", "text/html": "<table></table>" } })`,
    );
    expect(stderr).toBe("");
    expect(data).toEqual({
      "text/plain": "vae: 9 parameters",
      "text/markdown": "| a |\n| --- |\n| 1 |",
      "text/html": "<table></table>",
    });
  });

  it.each([
    ["a cycle", `() { const o: any = {}; o.o = o; return { "text/plain": "kept", "application/json": o }; }`],
    ["a BigInt", `() { return { "text/plain": "kept", "application/json": { n: 5n } }; }`],
    ["a function", `() { return { "text/plain": "kept", "text/html": () => "<b>" }; }`],
    [
      "metadata with a cycle",
      `() { const o: any = {}; o.o = o; return { data: { "text/plain": "kept" }, metadata: o }; }`,
    ],
  ])("without what cannot be sent: %s", async (_, method) => {
    const { status, error, data } = await shown(method);
    expect({ status, error, data }).toEqual({ status: "ok", error: undefined, data: { "text/plain": "kept" } });
  });

  it.each([
    [
      "a getter that throws",
      `({ get [Symbol.for("Jupyter.display")]() { throw new Error("no getter") } })`,
      /no getter/,
    ],
    [
      "data whose getter throws",
      `({ [Symbol.for("Jupyter.display")]: () => ({ get data() { throw new Error("no data") } }) })`,
      /no data/,
    ],
    ["getters where the kernel looks", `({ get dataSync() { throw new Error("not a tensor") }, n: 1 })`, undefined],
    ["a proxy that refuses everything", `new Proxy({}, { get() { throw new Error("refused") } })`, /refused/],
    ["a revoked proxy", `(() => { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy; })()`, /revoked/],
    [
      "a disposed tensor",
      `(() => { const gone = tf.ones([2]); gone.dispose(); return { [Symbol.for("Jupyter.display")]: () => ({ "text/plain": String(gone.dataSync()) }) }; })()`,
      /disposed/,
    ],
  ])("with trouble inside, and the kernel goes on: %s", async (_, value, message) => {
    await cell(`import * as tf from "@tensorflow/tfjs-node";`);
    const { status, error, stderr, text } = await cell(value);
    expect({ status, error }).toEqual({ status: "ok", error: undefined });
    if (message === undefined) expect(stderr).toBe("");
    else expect(stderr).toMatch(message);
    expect(text).toEqual(expect.any(String));
    expect((await cell(`1 + 1`)).text).toBe("2");
  });

  it("for as long as it takes, unless it is interrupted", async () => {
    let started = false;
    const running = kernel.execute(
      `({ [Symbol.for("Jupyter.display")]: () => { console.log("shows"); return new Promise(() => {}); } })`,
      {
        onMessage: ({ header }) => {
          started ||= header.msg_type === "stream";
        },
      },
    );
    await until(() => started, "the value shows itself");
    await kernel.request("interrupt_request", {}, { channel: "control" });
    const { reply, messages } = await running.done;
    expect(outcome(reply, messages).error).toBe("KeyboardInterrupt: the cell was interrupted");
    expect((await cell(`1 + 1`)).text).toBe("2");
  });

  it("a value whose inspection throws is survived", async () => {
    const { status, text } = await cell(
      `({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("opaque") } })`,
    );
    expect(status).toBe("ok");
    expect(text).toMatch(/cannot be printed: opaque/);
  });
});

describe("values of libraries", () => {
  it("an arquero table is its first rows, with its size", async () => {
    const { data, error } = await cell(
      `import * as aq from "arquero"; const table = aq.table({ n: Array.from({ length: 25 }, (_, i) => i), s: Array(25).fill("<x>") }); table`,
    );
    expect(error).toBeUndefined();
    const html = data["text/html"] as string;
    expect(html.match(/<tr>/g)).toHaveLength(11);
    expect(html).toMatch(/25 rows × 2 columns, the first 10 rows/);
    expect(html).not.toMatch(/<x>/);
    expect(data["text/plain"]).toMatch(/^\|n\|s\|[\s\S]*25 rows × 2 columns/);
    expect((await cell(`table.slice(0, 1).select("n")`)).data["text/html"]).toMatch(/1 row × 1 column</);
  });

  it("a tensor is its shape, its type, the first values and their range, never a dump", async () => {
    expect(
      (
        await cell(
          `import * as tf from "@tensorflow/tfjs-node"; const before = tf.memory().numTensors; tf.range(0, 10000).reshape([100, 100])`,
        )
      ).text,
    ).toBe("Tensor [100, 100] float32\n  0, 1, 2, 3, 4, 5, … 9994 more\n  min 0, max 9999, mean 4999.5");
    expect((await cell(`tf.scalar(2.5)`)).text).toBe("Tensor [] float32\n  2.5");
    expect((await cell(`tf.tensor1d([1, 0, 1], "bool")`)).text).toBe("Tensor [3] bool\n  true, false, true");
    expect((await cell(`tf.tensor1d(["a", "b"])`)).text).toBe(`Tensor [2] string\n  "a", "b"`);
    expect((await cell(`tf.tensor2d([], [0, 3])`)).text).toBe("Tensor [0, 3] float32\n  no values");
    expect((await cell(`tf.tensor1d([1, 2, 4], "int32")`)).text).toBe(
      "Tensor [3] int32\n  1, 2, 4\n  min 1, max 4, mean 2.3333",
    );
    expect((await cell(`tf.memory().numTensors - before`)).text).toBe("7");
  });

  it("a variable says its name, a disposed tensor that it is gone", async () => {
    expect((await cell(`tf.variable(tf.ones([2]), true, "w")`)).text).toBe(
      `Variable "w" [2] float32\n  1, 1\n  min 1, max 1, mean 1`,
    );
    expect((await cell(`const gone = tf.ones([2]); gone.dispose(); gone`)).text).toBe("Tensor [2] float32 (disposed)");
  });

  it("a model is its summary, and says when it has not been built", async () => {
    const { text } = await cell(
      `tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2], name: "wide" })] })`,
    );
    expect(text).toMatch(/wide \(Dense\)[\s\S]*Total params: 9/);
    expect((await cell(`const open = tf.sequential({ name: "open" }); open`)).text).toBe(
      "open: 0 layers, not built yet",
    );
  });

  it("a typed array is short", async () => {
    const { text } = await cell(`new Float32Array(1000)`);
    expect(text).toMatch(/^Float32Array\(1000\)[\s\S]*990 more items/);
    expect((text as string).length).toBeLessThan(150);
  });
});
