import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { murmur2 } from "../../src/kernel/debugger/murmur2";
import type { Execution, KernelClient } from "../../src/notebook/kernel-client";
import { type DebugClient, openDebugClient, start } from "./debug-client";
import { makeTempProject, type TempProject } from "./temp-project";
import { command, isAlive, type Outcome, outcome, root, run, startTestKernel, until } from "./test-kernel";

let project: TempProject;
let kernel: KernelClient;
let debug: DebugClient;
const cell = (code: string) => run(kernel, code);

async function end(execution: Execution): Promise<Outcome> {
  const { reply, messages } = await execution.done;
  return outcome(reply, messages);
}

beforeAll(async () => {
  project = makeTempProject({
    "area.ts":
      "type Side = number;\n\nexport function area(a: Side, b: Side): number {\n  const product = a * b;\n  return product;\n}\n",
  });
  kernel = await startTestKernel(project.folder);
  debug = openDebugClient(kernel);
});
afterAll(async () => {
  await kernel.kill();
  project.remove();
});

describe("murmur2", () => {
  // ipykernel 7.4 returns these numbers, and so does the debugger of JupyterLab 4.6.
  it.each([
    ["", 3990065800],
    ["a", 2167009006],
    ["ab", 2805137849],
    ["abc", 3350977461],
    ["abcd", 804720481],
    ["let x = 1;\nx", 1598947636],
    ["äöü – 𝒙", 1870991593],
    ["x".repeat(1001), 2469510316],
  ])("of %j is %i", (text, hash) => expect(murmur2(text, 0xc70f6907)).toBe(hash));
});

describe("a kernel without a debugger", () => {
  it("says that it has one", async () => {
    expect(kernel.kernelInfo).toMatchObject({ debugger: true, supported_features: ["debugger"] });
    const { body } = await debug.send("debugInfo");
    expect(body).toMatchObject({ isStarted: false, hashMethod: "Murmur2", breakpoints: [], stoppedThreads: [] });
  });

  it("names a cell by the hash of its code", async () => {
    const { body } = await debug.send("debugInfo");
    const code = "let anything = 1;";
    const expected = `${body.tmpFilePrefix}${murmur2(code, body.hashSeed)}${body.tmpFileSuffix}`;
    expect((await debug.send("dumpCell", { code })).body.sourcePath).toBe(expected);
  });

  it("does not pause at `debugger`, and refuses what needs a debugger", async () => {
    expect((await cell("debugger; 1")).text).toBe("1");
    const { success, message } = await debug.send("stackTrace", { threadId: 1 });
    expect({ success, message }).toEqual({
      success: false,
      message: "stackTrace needs a debugger: send initialize first",
    });
  });

  it("answers an unknown command with an error", async () => {
    const reply = await debug.send("teleport");
    expect(reply).toMatchObject({
      success: false,
      command: "teleport",
      message: "the debugger does not support teleport",
    });
    expect((await debug.send("constructor")).success).toBe(false);
  });

  it("attaches", async () => {
    await cell(`const double = (x: number) => {\n  const result = 2 * x;\n  return result;\n};\nlet count = 0;`);
    expect((await debug.send("initialize")).body).toMatchObject({ supportsModulesRequest: true });
    expect((await debug.send("attach")).success).toBe(true);
    await until(() => debug.events.some(({ event }) => event === "initialized"), "the event initialized");
    expect((await debug.send("debugInfo")).body.isStarted).toBe(true);
  });
});

describe("an attached debugger", () => {
  beforeEach(async () => {
    if ((await debug.send("debugInfo")).body.isStarted) return;
    await debug.send("initialize");
    await debug.send("attach");
  });

  // A test that has failed may leave a paused cell behind.
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    await debug.send("disconnect");
    await kernel.interrupt();
    debug.close();
    debug = openDebugClient(kernel);
  });

  const loop = `// a comment\ninterface Step { by: number }\nlet total: number = 0;\nfor (let i = 0; i < 3; i++) {\n  const step: Step = { by: i };\n  total += step.by;\n}\ntotal`;

  it("pauses in a loop, in each round", async () => {
    const path = await debug.breakAt(loop, 6);
    const running = start(kernel, loop);
    const first = await debug.paused();
    expect(first).toMatchObject({ reason: "breakpoint", line: 6 });
    expect(first.frames).toHaveLength(1);
    expect(first.frames[0]).toMatchObject({ name: expect.stringMatching(/^cell\[\d+\]$/), source: { path } });
    expect(first.scopes.Locals).toEqual({ i: "0", step: "{by: 0}", total: "0" });
    expect((await debug.step("continue")).scopes.Locals).toMatchObject({ i: "1", total: "0" });
    expect((await debug.step("continue")).scopes.Locals).toMatchObject({ i: "2", total: "1" });
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("3");
    await debug.breakAt(loop);
  });

  it("moves a breakpoint in a line without code to the next line with code", async () => {
    await cell(loop);
    const { sourcePath: path } = (await debug.send("dumpCell", { code: loop })).body;
    const set = await debug.send("setBreakpoints", { source: { path }, breakpoints: [{ line: 1 }] });
    expect(set.body.breakpoints).toEqual([{ verified: true, line: 3, source: { path } }]);
    expect((await debug.send("debugInfo")).body.breakpoints).toEqual([
      { source: path, breakpoints: [{ verified: true, line: 3, source: { path } }] },
    ]);
    const running = start(kernel, loop);
    expect((await debug.paused()).line).toBe(3);
    await debug.breakAt(loop);
    expect((await debug.send("debugInfo")).body.breakpoints).toEqual([]);
    await debug.send("continue", { threadId: 1 });
    await end(running);
  });

  it("steps line by line, and the last step ends the cell", async () => {
    const code = `let first = 1;\nfor (const n of [1, 2]) {\n  first += n;\n}\nconst last = first;`;
    await debug.breakAt(code, 1);
    const running = start(kernel, code);
    const lines = [(await debug.paused()).line];
    for (let n = 0; n < 6; n++) lines.push((await debug.step("next")).line);
    expect(lines).toEqual([1, 2, 3, 2, 3, 2, 5]);
    await debug.send("next", { threadId: 1 });
    expect((await end(running)).status).toBe("ok");
    await debug.breakAt(code);
  });

  it("pauses in a function of an earlier cell, with both cells on the stack", async () => {
    const definition = `const double = (x: number) => {\n  const result = 2 * x;\n  return result;\n};\nlet count = 0;`;
    const path = await debug.breakAt(definition, 3);
    const running = start(kernel, `count = 3;\nconst doubled = double(count);\ndoubled`);
    const { frames, scopes } = await debug.paused();
    expect(frames.map(({ name, line }) => [name.replace(/\d+/, "n"), line])).toEqual([
      ["double", 3],
      ["cell[n]", 2],
    ]);
    expect(frames[0]?.source.path).toBe(path);
    expect(scopes.Locals).toEqual({ x: "3", result: "6" });
    expect(scopes.Globals).toMatchObject({ count: "3", double: expect.stringContaining("=>") });
    const outer = (await debug.send("scopes", { frameId: frames[1]?.id })).body.scopes;
    expect(outer.map(({ name }: { name: string }) => name)).toEqual(["Locals", "Globals"]);
    await debug.breakAt(definition);
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("6");
  });

  it("steps into functions of other cells and files, and not into the kernel or Node", async () => {
    const code = `import { area } from "./area";\nconst one = double(1);\nconst names = Object.keys({ a: 1 }).map((name) => name);\nconst six = area(2, 3);\nsix`;
    await debug.breakAt(code, 2);
    const running = start(kernel, code);
    await debug.paused();
    expect(await debug.step("stepIn")).toMatchObject({ line: 2, frames: [{ name: "double" }, {}] });
    expect((await debug.step("next")).line).toBe(3);
    const outside = await debug.step("stepOut");
    expect(outside).toMatchObject({ line: 3, frames: [{ name: expect.stringMatching(/^cell/) }] });
    expect((await debug.step("next")).line).toBe(4);
    const inside = await debug.step("stepIn");
    expect(inside.frames[0]).toMatchObject({
      name: "area",
      line: 4,
      source: { path: join(project.folder, "area.ts") },
    });
    expect(inside.scopes.Locals).toMatchObject({ a: "2", b: "3" });
    const { content } = (await debug.send("source", { source: inside.frames[0]?.source })).body;
    expect(content).toContain("type Side = number;");
    expect((await debug.send("source", { source: inside.frames[1]?.source })).body.content).toBe(code);
    expect((await debug.send("modules")).body.modules).toMatchObject([{ name: "area.ts" }]);
    await debug.breakAt(code);
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("6");
  });

  it("pauses in an imported file", async () => {
    const source = { path: join(project.folder, "area.ts") };
    await debug.send("setBreakpoints", { source, breakpoints: [{ line: 5 }] });
    const running = start(kernel, `area(4, 5)`);
    expect((await debug.paused()).scopes.Locals).toEqual({ a: "4", b: "5", product: "20" });
    await debug.send("setBreakpoints", { source, breakpoints: [] });
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("20");
  });

  it("steps over an await, and shows variables after it", async () => {
    const code = `const before = 1;\nconst later = await new Promise<number>((resolve) => setTimeout(resolve, 10, 2));\nconst sum = before + later;\nsum`;
    await debug.breakAt(code, 2);
    const running = start(kernel, code);
    expect((await debug.paused()).line).toBe(2);
    const { line, scopes } = await debug.step("next");
    expect(line).toBe(3);
    expect(scopes.Locals).toMatchObject({ before: "1", later: "2" });
    await debug.breakAt(code);
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("3");
  });

  it("shows values as short texts, and their properties", async () => {
    const code = `const text = "a\\nb"; const big = 10n; const nothing = null; const unset = undefined;
const list = [1, "two", { three: 3 }]; const many = new Float32Array(100_000); const pairs = new Map([["k", 1]]);
class Point { constructor(readonly x: number) {} get twice() { return 2 * this.x; } }
const point = new Point(4); const made = new Error("oh"); const when = (a: number) => a;
"end";`;
    await debug.breakAt(code, 5);
    const running = start(kernel, code);
    const { frames, scopes } = await debug.paused();
    expect(scopes.Locals).toMatchObject({
      text: `"a\\nb"`,
      big: "10n",
      nothing: "null",
      unset: "undefined",
      list: `Array(3) [1, "two", Object]`,
      pairs: `Map(1) {"k" => 1}`,
      point: "Point {x: 4}",
      made: "Error: oh",
      when: "(a) => a",
    });
    expect(scopes.Locals?.many).toMatch(/^Float32Array\(100000\) \[0, 0, /);
    const [{ variablesReference: locals }] = (await debug.send("scopes", { frameId: frames[0]?.id })).body.scopes;
    const { variables } = (await debug.send("variables", { variablesReference: locals })).body;
    const children = async (name: string) => {
      const { variablesReference } = variables.find((variable: { name: string }) => variable.name === name);
      return (await debug.send("variables", { variablesReference })).body.variables;
    };
    expect(await children("list")).toMatchObject([
      { name: "0", value: "1", evaluateName: "list[0]", variablesReference: 0 },
      { name: "1", value: `"two"` },
      { name: "2", value: "{three: 3}" },
      { name: "length", value: "3" },
    ]);
    expect(await children("many")).toHaveLength(101);
    expect(await children("point")).toMatchObject([{ name: "x", value: "4", evaluateName: "point.x" }]);
    expect((await children("pairs"))[0]).toMatchObject({ name: "entries" });
    // A front end may ask about a pause that has just ended.
    expect((await debug.send("variables", { variablesReference: 99_999 })).body).toEqual({ variables: [] });
    expect((await debug.send("scopes", { frameId: 99_999 })).body).toEqual({ scopes: [] });
    await debug.breakAt(code);
    await debug.send("continue", { threadId: 1 });
    await end(running);
  });

  it("evaluates TypeScript in a frame, with the names of the notebook", async () => {
    await cell(`import { basename } from "node:path"; let shared = 1; const use = (n: number) => n + shared;`);
    const code = `const run = (own: number) => {\n  let inner = own + 1;\n  const list: number[] = [];\n  list.push(inner);\n  return list[0];\n};\nrun(5)`;
    await debug.breakAt(code, 3);
    const running = start(kernel, code);
    const { frames } = await debug.paused();
    const evaluate = async (expression: string) => {
      const { success, message, body } = await debug.send("evaluate", { expression, frameId: frames[0]?.id });
      return success ? body.result : message;
    };
    expect(await evaluate("own as number + inner")).toBe("11");
    expect(await evaluate("shared = shared + 1, use(own)")).toBe("7");
    expect(await evaluate(`basename("/a/b.ts")`)).toBe(`"b.ts"`);
    expect(await evaluate(`({ shared, own: { use: 1 } }).own.use`)).toBe("1");
    expect(await evaluate("inner = 40; inner + 1")).toBe("41");
    expect(await evaluate("missing")).toBe("ReferenceError: missing is not defined");
    expect(await evaluate("throw 'text'")).toBe(`"text"`);
    expect(
      (await debug.send("richInspectVariables", { variableName: "inner", frameId: frames[0]?.id })).body.data,
    ).toEqual({ "text/plain": "40" });
    expect((await debug.send("evaluate", { expression: "1", frameId: 99_999 })).success).toBe(false);
    await debug.breakAt(code);
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("40");
    expect((await cell("shared")).text).toBe("2");
  });

  it("lists and evaluates the notebook's variables while nothing is paused", async () => {
    await cell(`const listed = { deep: [1] };`);
    const { variables } = (await debug.send("inspectVariables")).body;
    const names = variables.map(({ name }: { name: string }) => name);
    expect(names).toContain("listed");
    expect(names).not.toContain("basename"); // imported
    expect((await debug.send("evaluate", { expression: "listed.deep.length" })).body.result).toBe("1");
    expect((await debug.send("stackTrace", { threadId: 1 })).body.stackFrames).toEqual([]);
    expect((await debug.send("threads")).body.threads).toEqual([{ id: 1, name: "main" }]);
  });

  it("sends the output of the cell before it pauses, and statuses while it is paused", async () => {
    const code = `console.log("before");\nconst after = 1;`;
    await debug.breakAt(code, 2);
    let printed = "";
    const statuses: unknown[] = [];
    const stop = kernel.watch((channel, { header, content }) => {
      if (channel === "iopub" && header.msg_type === "status") statuses.push(content.execution_state);
    });
    const running = kernel.execute(code, {
      onMessage: ({ header, content }) => {
        if (header.msg_type === "stream") printed += content.text;
      },
    });
    await debug.paused();
    expect(printed).toBe("before\n");
    // Front ends show the last status as the kernel's, and the cell still runs.
    await until(() => statuses.slice(-3).join() === "busy,idle,busy", "the statuses of the requests");
    stop();
    await debug.breakAt(code);
    await debug.send("continue", { threadId: 1 });
    await end(running);
  });

  it("pauses an endless loop on request, and an interrupt ends it", async () => {
    const code = `let turns = 0;\nconsole.log("started");\nwhile (true) {\n  turns++;\n}`;
    let started = false;
    const running = kernel.execute(code, { onMessage: ({ header }) => (started ||= header.msg_type === "stream") });
    await until(() => started, "the cell starts");
    expect((await debug.send("pause", { threadId: 1 })).success).toBe(true);
    expect(await debug.paused()).toMatchObject({ reason: "pause", frames: [{ name: expect.stringMatching(/^cell/) }] });
    await kernel.interrupt();
    expect((await end(running)).error).toBe("KeyboardInterrupt: the cell was interrupted");
    expect((await cell("turns > 0")).text).toBe("true");
  });

  it("pauses where an error is thrown, if asked to", async () => {
    const code = `const fail = () => {\n  throw new Error("no");\n};\ntry {\n  fail();\n} catch {}\n"caught"`;
    await debug.send("setExceptionBreakpoints", { filters: ["raised"] });
    const running = start(kernel, code);
    expect(await debug.paused()).toMatchObject({ reason: "exception", line: 2 });
    await debug.send("setExceptionBreakpoints", { filters: [] });
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("'caught'");
    expect((await cell(code)).text).toBe("'caught'");
  });

  const paused = `let reached = 0;\nwhile (true) {\n  reached++;\n}`;
  const pausedAfterAwait = `await null;\nlet reachedLater = 0;\nwhile (true) {\n  reachedLater++;\n  await new Promise((resolve) => setTimeout(resolve, 1));\n}`;

  it.each([
    ["an interrupt_request", "synchronous code", paused, 3, () => kernel.interrupt()],
    ["an interrupt_request", "code after an await", pausedAfterAwait, 4, () => kernel.interrupt()],
    ["a signal", "synchronous code", paused, 3, () => kernel.process.signal("SIGINT")],
  ])("%s ends a pause in %s, and the cell", async (_how, _where, code, line, interrupt) => {
    await debug.breakAt(code, line);
    const running = start(kernel, code);
    await debug.paused();
    const before = debug.events.filter(({ event }) => event === "stopped").length;
    await interrupt();
    expect((await end(running)).error).toBe("KeyboardInterrupt: the cell was interrupted");
    await until(() => debug.events.at(-1)?.event === "continued", "the end of the pause");
    expect(debug.events.filter(({ event }) => event === "stopped")).toHaveLength(before);
    // The breakpoint is still there.
    const again = start(kernel, code);
    await debug.paused();
    await debug.breakAt(code);
    await kernel.interrupt();
    expect((await end(again)).error).toBe("KeyboardInterrupt: the cell was interrupted");
    expect((await cell(`"usable"`)).text).toBe("'usable'");
  });

  it("an interrupt ends an endless evaluation, and the paused cell", async () => {
    const code = `const here = 1;\nhere`;
    await debug.breakAt(code, 2);
    const running = start(kernel, code);
    await debug.paused();
    const evaluated = debug.send("evaluate", { expression: "while (true);" });
    await kernel.interrupt();
    expect((await evaluated).success).toBe(false);
    expect((await end(running)).error).toBe("KeyboardInterrupt: the cell was interrupted");
    await debug.breakAt(code);
    expect((await cell(`"usable"`)).text).toBe("'usable'");
  });

  it("may be attached twice, as by a page that is loaded again, and keeps the pause", async () => {
    const code = `const kept = 1;\nkept`;
    await debug.breakAt(code, 2);
    const running = start(kernel, code);
    await debug.paused();
    expect((await debug.send("debugInfo")).body).toMatchObject({ isStarted: true, stoppedThreads: [1] });
    await debug.send("initialize");
    await debug.send("attach");
    expect((await debug.send("stackTrace", { threadId: 1 })).body.stackFrames).toMatchObject([{ line: 2 }]);
    await debug.send("continue", { threadId: 1 });
    expect((await end(running)).text).toBe("1");
    await debug.breakAt(code);
  });

  it("a disconnect ends a pause, and the cell goes on without breakpoints", async () => {
    const code = `let rounds = 0;\nfor (let i = 0; i < 5; i++) {\n  rounds++;\n}\nrounds`;
    await debug.breakAt(code, 3);
    const running = start(kernel, code);
    await debug.paused();
    expect((await debug.send("disconnect")).success).toBe(true);
    expect((await end(running)).text).toBe("5");
    expect((await debug.send("debugInfo")).body).toMatchObject({
      isStarted: false,
      breakpoints: [],
      stoppedThreads: [],
    });
    expect((await cell("debugger; rounds")).text).toBe("5");
  });
});

describe("a paused kernel", () => {
  it("ends when it is asked to", async () => {
    const other = await startTestKernel(project.folder);
    const client = openDebugClient(other);
    const code = `let held = 0;\nheld++;`;
    await client.send("initialize");
    await client.send("attach");
    await client.breakAt(code, 2);
    start(other, code);
    await client.paused();
    const reply = await other.request("shutdown_request", { restart: true }, { channel: "control" });
    expect(reply.content).toEqual({ status: "ok", restart: true });
    await other.process.exited;
    await other.kill();
  });

  it("does not outlive the server that started it", async () => {
    // This stands for the server: it starts a kernel, pauses it in a cell, and tells the number of its process.
    const server = spawn(
      process.execPath,
      [
        "-e",
        `const { startKernel } = require(${JSON.stringify(join(root, "dist/notebook/kernel-client.js"))});
         startKernel({ command: ${JSON.stringify(command)}, cwd: process.cwd() }).then(async (kernel) => {
           kernel.watch((_, { content }) => {
             if (content.event === "stopped") console.log(kernel.process.pid);
           });
           const code = "let held = 0;\\nheld++;";
           const send = async (command, args = {}) => (await kernel.request(
             "debug_request", { type: "request", seq: 1, command, arguments: args }, { channel: "control" })).content.body;
           await send("initialize");
           await send("attach");
           const { sourcePath: path } = await send("dumpCell", { code });
           await send("setBreakpoints", { source: { path }, breakpoints: [{ line: 2 }] });
           kernel.execute(code).done.catch(() => undefined);
         });`,
      ],
      { cwd: project.folder, stdio: ["ignore", "pipe", "inherit"] },
    );
    let told = "";
    server.stdout.on("data", (text) => {
      told += text;
    });
    await until(() => told.includes("\n"), "the pause");
    const pid = Number(told);
    try {
      expect(isAlive(pid)).toBe(true);
      server.kill("SIGKILL");
      await until(() => !isAlive(pid), "the kernel ends");
    } finally {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  });
});
