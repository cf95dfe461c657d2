import { version as typescriptVersion } from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Dealer } from "zeromq";
import { createMessage, createSign, encodeMessage } from "../../src/jupyter/wire-message";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { outcome, pause, run, startTestKernel } from "./test-kernel";

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
});
afterAll(() => kernel.kill());

describe("kernel_info_request", () => {
  it("names the kernel and the compiler that it uses", async () => {
    const { content } = await kernel.request("kernel_info_request");
    expect(content).toMatchObject({
      status: "ok",
      protocol_version: "5.3",
      implementation: "tslab",
      implementation_version: "1.0.22",
      language_info: {
        name: "typescript",
        version: typescriptVersion,
        file_extension: ".ts",
        mimetype: "text/typescript",
      },
    });
  });
});

describe("execute_request", () => {
  it("publishes its input first, and the busy and idle status around everything", async () => {
    const { messages } = await kernel.execute(`console.log(1); 2`).done;
    expect(messages.map(({ header, content }) => content.execution_state ?? header.msg_type)).toEqual([
      "busy",
      "execute_input",
      "stream",
      "execute_result",
      "idle",
    ]);
    expect(messages[1]?.content.code).toBe(`console.log(1); 2`);
  });

  it("counts what is stored, and only that", async () => {
    const before = (await cell(`0`)).reply.execution_count as number;
    const unstored = await run(kernel, `"not stored"`, { storeHistory: false });
    expect(unstored.reply.execution_count).toBe(before);
    expect(unstored.text).toBe("'not stored'");
    expect((await cell(`0`)).reply.execution_count).toBe(before + 1);
  });

  it("a silent cell publishes nothing, and fails in its reply alone", async () => {
    const quiet = await run(kernel, `console.log("unheard"); let fromSilence = 1; fromSilence`, { silent: true });
    expect(quiet.outputs).toEqual([]);
    expect(quiet.status).toBe("ok");
    expect((await cell(`fromSilence`)).text).toBe("1");
    const failed = await run(kernel, `throw new Error("unheard")`, { silent: true });
    expect(failed.outputs).toEqual([]);
    expect(failed.reply).toMatchObject({ status: "error", ename: "Error", evalue: "unheard" });
  });

  it("evaluates user expressions, each with a status of its own", async () => {
    await cell(`const base = 20;`);
    const userExpressions = {
      sum: "base + 1",
      html: `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>" }) })`,
      bad: "base.x.y",
      thrown: `(() => { throw new RangeError("no") })()`,
    };
    const { reply, outputs } = await run(kernel, `base`, { userExpressions });
    expect(reply.user_expressions).toMatchObject({
      sum: { status: "ok", data: { "text/plain": "21" }, metadata: {} },
      html: { status: "ok", data: { "text/html": "<b>" } },
      bad: { status: "error", ename: "TypeScriptError" },
      thrown: { status: "error", ename: "RangeError", evalue: "no" },
    });
    expect(outputs).toHaveLength(1);
    const failed = await run(kernel, `throw 1`, { userExpressions });
    expect(failed.reply.user_expressions).toBeUndefined();
  });
});

describe("requests behind a failure", () => {
  it.each([
    ["synchronous", `let until = Date.now() + 200; while (Date.now() < until); throw new Error("first")`],
    ["asynchronous", `await new Promise((resolve) => setTimeout(resolve, 100)); throw new Error("first")`],
  ])("that waited are aborted, later ones run (%s)", async (_, code) => {
    const failing = kernel.execute(code);
    const waiting = [1, 2, 3].map((n) => kernel.execute(`console.log("must not run"); ${n}`));
    expect((await failing.reply).content.status).toBe("error");
    const next = cell(`"runs at once"`);
    for (const { done } of waiting) {
      const { reply, messages } = await done;
      expect(reply.content.status).toBe("aborted");
      expect(outcome(reply, messages).outputs).toEqual([]);
    }
    expect((await next).text).toBe("'runs at once'");
  });

  it("run all the same when stop_on_error is off", async () => {
    const failing = kernel.execute(`throw new Error("first")`, { stopOnError: false });
    const waiting = kernel.execute(`"runs"`);
    expect((await failing.reply).content.status).toBe("error");
    expect((await waiting.reply).content.status).toBe("ok");
  });
});

describe("completion and inspection", () => {
  const complete = async (code: string, cursor_pos = [...code].length) =>
    (await kernel.request("complete_request", { code, cursor_pos })).content;
  const inspect = async (code: string, cursor_pos: number) =>
    (await kernel.request("inspect_request", { code, cursor_pos, detail_level: 0 })).content;

  it("completes members, with their kinds", async () => {
    await cell(`const point = { alpha: 1, beta() {} };`);
    const reply = await complete("point.");
    expect(reply).toMatchObject({ status: "ok", matches: ["alpha", "beta"], cursor_start: 6, cursor_end: 6 });
    expect((reply.metadata as Record<string, unknown>)._jupyter_types_experimental).toEqual([
      { text: "alpha", type: "property", start: 6, end: 6 },
      { text: "beta", type: "function", start: 6, end: 6 },
    ]);
    expect((await complete("poi")).matches).toEqual(["point"]);
  });

  it("hides the names that hold last values", async () => {
    await cell(`123`);
    expect((await complete("tsLast")).matches).toEqual([]);
  });

  it("counts cursor positions in code points", async () => {
    const code = `const s = "😀😀"; /* 𝕏 */ point.al; s`;
    const position = [...'const s = "😀😀"; /* 𝕏 */ point.al'].length;
    expect(await complete(code, position)).toMatchObject({
      matches: ["alpha"],
      cursor_start: position - 2,
      cursor_end: position,
    });
    const found = await inspect(code, position - 4);
    expect(found).toMatchObject({ status: "ok", found: true });
    expect((found.data as Record<string, string>)["text/plain"]).toMatch(/const point/);
  });

  it("inspects types and documentation, and says when there is nothing", async () => {
    await cell(`/** Adds one. */ function addOne(n: number) { return n + 1; }`);
    const { data } = await inspect("addOne(2)", 3);
    expect((data as Record<string, string>)["text/plain"]).toMatch(/function addOne\(n: number\): number/);
    expect(await inspect("   ", 1)).toMatchObject({ status: "ok", found: false, data: {} });
  });

  it("works while a cell runs, and leaves the kernel shown as busy", async () => {
    const states: unknown[] = [];
    const stop = kernel.watch((channel, { content }) => channel === "iopub" && states.push(content.execution_state));
    const running = kernel.execute(`await new Promise((resolve) => setTimeout(resolve, 400))`);
    await pause(150);
    expect((await complete("poi")).matches).toEqual(["point"]);
    await pause(50);
    expect(states.filter((state) => state !== undefined).at(-1)).toBe("busy");
    await running.done;
    stop();
    expect(states.filter((state) => state !== undefined).at(-1)).toBe("idle");
  });

  it.each([
    ["", "complete"],
    ["const a = 1", "complete"],
    ["const f = (x: number) => <number>x;", "complete"],
    ["await 1", "complete"],
    ["function f() {", "incomplete"],
    ["const t = `a", "incomplete"],
    ["/* open", "incomplete"],
    ["[1, 2,", "incomplete"],
    ["const 3 = 4; }", "invalid"],
    ["function f( {} }}", "invalid"],
  ])("is_complete_request: %j is %s", async (code, status) => {
    expect((await kernel.request("is_complete_request", { code })).content.status).toBe(status);
  });
});

describe("history_request", () => {
  const history = async (content: Record<string, unknown>) =>
    (await kernel.request("history_request", { output: false, raw: true, ...content })).content.history as unknown[][];

  it("gives tail, range and search, unique, limited and with outputs", async () => {
    const start = (await cell(`"one"`)).reply.execution_count as number;
    await cell(`"two"`);
    await cell(`"one"`);
    await run(kernel, `"never stored"`, { storeHistory: false });
    expect(await history({ hist_access_type: "tail", n: 2 })).toEqual([
      [1, start + 1, `"two"`],
      [1, start + 2, `"one"`],
    ]);
    expect(await history({ hist_access_type: "range", session: 0, start, stop: start + 1 })).toEqual([
      [1, start, `"one"`],
    ]);
    expect(await history({ hist_access_type: "range", session: 7, start: 0 })).toEqual([]);
    expect(await history({ hist_access_type: "search", pattern: `"o?e*` })).toHaveLength(2);
    expect(await history({ hist_access_type: "search", pattern: `"one"`, unique: true })).toEqual([
      [1, start + 2, `"one"`],
    ]);
    expect(await history({ hist_access_type: "search", pattern: `"*"`, n: 1 })).toEqual([[1, start + 2, `"one"`]]);
    expect(await history({ hist_access_type: "tail", n: 1, output: true })).toEqual([
      [1, start + 2, [`"one"`, "'one'"]],
    ]);
  });
});

describe("comms", () => {
  it("there are none, and one that is opened is closed", async () => {
    expect((await kernel.request("comm_info_request", {})).content).toEqual({ status: "ok", comms: {} });
    const closed = new Promise((resolve) => {
      const stop = kernel.watch((_, { header, content }) => {
        if (header.msg_type !== "comm_close") return;
        stop();
        resolve(content);
      });
    });
    const open = createMessage("comm_open", { comm_id: "c1", target_name: "jupyter.widget", data: {} }, kernel.session);
    await kernel.send("shell", open);
    expect(await closed).toEqual({ comm_id: "c1", data: {} });
  });
});

describe("what is no message", () => {
  it("is ignored: a wrong signature, garbage, unknown types, broken JSON", async () => {
    const { transport, ip, shell_port, control_port, key, signature_scheme } = kernel.connection;
    const sign = createSign(signature_scheme, key);
    const forged = createMessage("execute_request", { code: `globalThis.forged = true`, silent: false }, "stranger");
    const truncated = encodeMessage(forged, sign).slice(0, 4);
    for (const port of [shell_port, control_port]) {
      const socket = new Dealer({ linger: 500 });
      socket.connect(`${transport}://${ip}:${port}`);
      await socket.send(encodeMessage(forged, createSign(signature_scheme, "another key")));
      await socket.send("garbage");
      await socket.send(["", "<IDS|MSG>", "", "{", "}", "[]", "null"]);
      await socket.send(truncated);
      await socket.send(encodeMessage(createMessage("no_such_request", {}, "stranger"), sign));
      await socket.send(encodeMessage(createMessage("constructor", {}, "stranger"), sign));
      await pause(100);
      socket.close();
    }
    expect((await cell(`(globalThis as any).forged`)).outputs).toEqual([]);
    expect((await cell(`"alive"`)).text).toBe("'alive'");
    expect((await kernel.request("kernel_info_request", {}, { channel: "control" })).content.status).toBe("ok");
  });

  it("a request with missing fields is answered", async () => {
    expect((await kernel.request("execute_request", {})).content.status).toBe("ok");
    expect((await kernel.request("complete_request", {})).content.status).toMatch(/ok|error/);
    expect((await cell(`"alive"`)).text).toBe("'alive'");
  });
});
