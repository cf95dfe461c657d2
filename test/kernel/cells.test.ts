import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { run, startTestKernel } from "./test-kernel";

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
});
afterAll(() => kernel.kill());

describe("errors", () => {
  it("a thrown error is an error message and stands in the reply", async () => {
    const { status, error, reply, stderr } = await cell(`throw new RangeError("too far")`);
    expect(status).toBe("error");
    expect(error).toBe("RangeError: too far");
    expect(reply).toMatchObject({ ename: "RangeError", evalue: "too far" });
    expect(reply.traceback).not.toHaveLength(0);
    expect(stderr).toBe("");
  });

  it("a thrown value that is no Error is one all the same", async () => {
    expect((await cell(`throw { code: 3 }`)).error).toBe("Thrown: { code: 3 }");
    expect((await cell(`throw undefined`)).error).toBe("Thrown: undefined");
    expect((await cell(`throw null`)).error).toBe("Thrown: null");
  });

  it("shows what an error carries, and its cause", async () => {
    const { traceback } = await cell(`throw Object.assign(new Error("a", { cause: "the cause" }), { code: "E_CODE" })`);
    expect(traceback.join("\n")).toMatch(/E_CODE[\s\S]*the cause/);
  });

  it("a type error underlines the source and does not run the cell", async () => {
    const { error, traceback, stdout } = await cell(`console.log("ran");\nconst wrong: string = 3;`);
    expect(error).toMatch(/^TypeScriptError: TS2322: Type 'number' is not assignable/);
    expect(traceback).toEqual([
      "cell:2:7 - error TS2322: Type 'number' is not assignable to type 'string'.",
      "  const wrong: string = 3;",
      "        ~~~~~",
    ]);
    expect(stdout).toBe("");
  });

  it("a syntax error is told once, where it is", async () => {
    const { error, traceback } = await cell(`const a = ;\nconst b = 2;`);
    expect(error).toBe("TypeScriptError: TS1109: Expression expected.");
    expect(traceback[0]).toMatch(/^cell:1:11 /);
    expect(traceback.filter((line) => line.includes(" error "))).toHaveLength(1);
  });

  it("checks types as the project's tsconfig says: strictly", async () => {
    expect((await cell(`function untyped(x) { return x; }`)).error).toMatch(/TS7006/);
    expect((await cell(`const maybe: string | undefined = undefined; maybe.length`)).error).toMatch(
      /TS2339|TS18048|TS2532/,
    );
  });

  it("a process that would end fails the cell and goes on", async () => {
    expect((await cell(`process.exit(3)`)).error).toMatch(/^SystemExit: process\.exit\(3\)/);
    expect((await cell(`1 + 1`)).text).toBe("2");
  });
});

describe("stacks", () => {
  it("name the cell and the line of the TypeScript, and nothing of the kernel", async () => {
    const first = await cell(
      `interface Unused {\n  a: number;\n}\nfunction inner(): never {\n  throw new Error("deep");\n}`,
    );
    const n = first.reply.execution_count as number;
    const { traceback } = await cell(`const outer = () => inner();\n\nouter()`);
    expect(traceback.slice(0, 4)).toEqual([
      "Error: deep",
      `    at inner (cell[${n}]:5:9)`,
      `    at outer (cell[${n + 1}]:1:26)`,
      `    at cell[${n + 1}]:3:1`,
    ]);
    expect(traceback.slice(4)).toEqual([
      "",
      `cell[${n}], line 5`,
      "    4 | function inner(): never {",
      `  > 5 |   throw new Error("deep");`,
      "    6 | }",
    ]);
  });

  it("hold behind an await, and where a cell prints the stack itself", async () => {
    const late = await cell(
      `await null;\n\nconst fail = async () => {\n  await null;\n  throw new Error("late");\n};\nawait fail();`,
    );
    const n = late.reply.execution_count as number;
    expect(late.traceback[1]).toBe(`    at fail (cell[${n}]:5:9)`);
    const own = await cell(`console.log(new Error("printed").stack)`);
    expect(own.stdout).toBe(`Error: printed\n    at cell[${n + 1}]:1:13\n`);
  });

  it("count lines rightly under a long first line", async () => {
    const { traceback, reply } = await cell(
      `let a1 = 1, b1 = 2, c1 = a1 + b1; const d1 = c1; throw new Error("first line")`,
    );
    expect(traceback[1]).toBe(`    at cell[${reply.execution_count}]:1:56`);
  });
});

describe("results", () => {
  it("the value of the last expression is an execute_result", async () => {
    const { outputs, text, stdout, reply } = await cell(`const six = 6;\nsix * 7`);
    expect(text).toBe("42");
    expect(stdout).toBe("");
    expect(outputs).toEqual([
      {
        type: "execute_result",
        content: { execution_count: reply.execution_count, data: { "text/plain": "42" }, metadata: {} },
      },
    ]);
  });

  it.each([
    ["", "an empty cell"],
    ["  \n\n", "a blank cell"],
    ["// a comment", "a comment"],
    ["/* a\n   comment */", "a long comment"],
    ["const silent = 1;", "a declaration"],
    ["undefined", "undefined"],
    ["type OnlyAType = string;", "a type"],
  ])("%j has none (%s)", async (code) => {
    const { status, outputs } = await cell(code);
    expect(status).toBe("ok");
    expect(outputs).toEqual([]);
  });

  it("text keeps every character", async () => {
    expect((await cell(`const grüße = "ünïcödé 😀 汉字"; grüße`)).text).toBe("'ünïcödé 😀 汉字'");
    expect((await cell(`console.log(grüße)`)).stdout).toBe("ünïcödé 😀 汉字\n");
  });

  it("a promise is shown as a promise: await is explicit", async () => {
    expect((await cell(`Promise.resolve(3)`)).text).toBe("Promise { 3 }");
    expect((await cell(`await Promise.resolve(3)`)).text).toBe("3");
  });
});

describe("variables across cells", () => {
  it("shorthand properties name the variables of earlier cells", async () => {
    await cell(`const a5 = 1; let b5 = 2;`);
    expect((await cell(`({ a5, b5, c: { a5 } })`)).text).toBe("{ a5: 1, b5: 2, c: { a5: 1 } }");
    expect((await cell(`const rows = [1].map((n) => ({ n, a5 })); rows[0]`)).text).toBe("{ n: 1, a5: 1 }");
    await cell(`({ b5 } = { b5: 7 });`);
    expect((await cell(`b5`)).text).toBe("7");
    await cell(`({ b5 = a5 + 7 } = {} as { b5?: number });`);
    expect((await cell(`b5`)).text).toBe("8");
  });

  it("destructuring renames a property that has the name of an earlier cell's variable", async () => {
    await cell(`const logP5 = 1; const f5 = () => ({ logP5: 2, deep: { logP5: 3 } });`);
    const code = `const found5: number[] = [];
      for (const _ of [1]) { const { logP5: reached, deep: { logP5: inner } } = f5(); found5.push(logP5, reached, inner); }
      found5`;
    expect((await cell(code)).text).toBe("[ 1, 2, 3 ]");
    expect((await cell(`(({ logP5: taken }) => taken + logP5)(f5())`)).text).toBe("3");
    await cell(`let taken5 = 0; ({ logP5: taken5 } = f5());`);
    expect((await cell(`taken5`)).text).toBe("2");
  });

  it("an assignment in a later cell reaches the functions of the first", async () => {
    await cell(`let n7 = 0; var v7 = 0; const get7 = () => [n7, v7]; function add7() { n7 += 10; }`);
    await cell(`n7 = 5; v7 = 6;`);
    expect((await cell(`get7()`)).text).toBe("[ 5, 6 ]");
    await cell(`add7(); n7++;`);
    expect((await cell(`[n7, get7()]`)).text).toBe("[ 16, [ 16, 6 ] ]");
    await cell(`n7 = undefined as unknown as number`);
    expect((await cell(`get7()`)).text).toBe("[ undefined, 6 ]");
  });

  it("functions of earlier cells are called without a this", async () => {
    await cell(
      `function self9(this: unknown) { "use strict"; return this; } const tag9 = (s: TemplateStringsArray) => s[0];`,
    );
    expect((await cell("[self9(), tag9`x`]")).text).toBe("[ undefined, 'x' ]");
  });

  it("names that are taken apart are linked as well", async () => {
    await cell(`let { p, q: [r] } = { p: 1, q: [2] }; const sum7 = () => p + r;`);
    await cell(`p = 10; r = 20;`);
    expect((await cell(`sum7()`)).text).toBe("30");
  });

  it("whatever they are called", async () => {
    await cell(`let _ = 1, value = 2, $ = 3; const names7 = () => [_, value, $];`);
    await cell(`_ = 10; value = 20; $ = 30;`);
    expect((await cell(`names7()`)).text).toBe("[ 10, 20, 30 ]");
  });

  it("let, const, functions and classes can be declared again, and a cell run again", async () => {
    for (const value of ["1", "'text'", "[2]"]) {
      expect((await cell(`let again = ${value}; const twice = [again, again]; twice.length`)).text).toBe("2");
    }
    expect((await cell(`again`)).text).toBe("[ 2 ]");
    await cell(`const again = 5; function f8() { return 1; } class C8 { a = 1; }`);
    await cell(`function f8() { return 2; } class C8 { b = 2; }`);
    expect((await cell(`[again, f8(), new C8().b]`)).text).toBe("[ 5, 2, 2 ]");
    expect((await cell(`again = 6`)).error).toMatch(/TS2588/);
  });

  it("what a failing cell has set stays, what it has not reached is unknown", async () => {
    const failed = await cell(
      `let kept19 = 1; const also19 = 2; throw new Error("stop"); const lost19 = 3; class Lost19 {}`,
    );
    expect(failed.error).toBe("Error: stop");
    expect((await cell(`kept19 + also19`)).text).toBe("3");
    expect((await cell(`lost19`)).error).toMatch(/TS2304: Cannot find name 'lost19'/);
    expect((await cell(`new Lost19()`)).error).toMatch(/TS2304: Cannot find name 'Lost19'/);
    await cell(`await null; let async19 = 4; interface Type19 { a: number } await Promise.reject(new Error("later"));`);
    expect((await cell(`const typed19: Type19 = { a: async19 }; typed19`)).text).toBe("{ a: 4 }");
    await cell(`import { join as join19 } from "node:path"; throw new Error("after an import")`);
    expect((await cell(`join19("a", "b")`)).text).toBe("'a/b'");
  });

  it("a cell that the compiler refuses changes nothing", async () => {
    await cell(`let steady = 1;`);
    await cell(`let steady: string = 2;`);
    expect((await cell(`steady`)).text).toBe("1");
  });
});

describe("await at the top level", () => {
  it.each([
    [`await (Promise.resolve(1))`, "1"],
    [`await [1]`, "[ 1 ]"],
    [`(await Promise.resolve({ a: 2 })).a`, "2"],
    [`[1, await Promise.resolve(3)].join()`, "'1,3'"],
    [`const list6: number[] = []; for await (const v of [Promise.resolve(4), 5]) list6.push(v); list6`, "[ 4, 5 ]"],
    [`const f6 = async () => { await null; return 6; }; await f6()`, "6"],
    [`const g6 = async function* () { yield 7; }; for await (const v of g6()) console.log(v);\n8`, "8"],
  ])("%s", async (code, text) => {
    const result = await cell(code);
    expect(result.error).toBeUndefined();
    expect(result.text).toBe(text);
  });

  it("an await inside of a function only leaves the cell synchronous", async () => {
    await cell(`const later6 = async () => { await null; }; later6();`);
    expect((await cell(`typeof later6`)).text).toBe("'function'");
  });
});
