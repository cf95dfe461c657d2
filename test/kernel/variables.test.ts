import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { run, startTestKernel } from "./test-kernel";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startTestKernel();
});
afterAll(() => kernel.kill());

/** Runs cells one after the other; the plain text of the last one's value. */
async function afterCells(...codes: string[]): Promise<unknown> {
  let text: unknown;
  for (const code of codes) {
    const outcome = await run(kernel, code);
    expect(outcome.error).toBeUndefined();
    text = outcome.text;
  }
  return text;
}

describe("a variable that is declared again", () => {
  it.each([
    ["let by let", "let a1 = 1; const set1 = (x: number) => { a1 = x };", "let a1 = 0.5;", "set1(9)", "a1", "0.5"],
    ["let by const", "let a2 = 1; const set2 = (x: number) => { a2 = x };", "const a2 = 0.5;", "set2(9)", "a2", "0.5"],
    ["var by let", "var a3 = 1; const set3 = (x: number) => { a3 = x };", "let a3 = 0.5;", "set3(9)", "a3", "0.5"],
    [
      "let by a function",
      "let a4 = 1; const set4 = (x: number) => { a4 = x };",
      "function a4() { return 7; }",
      "set4(9)",
      "a4()",
      "7",
    ],
    [
      "let by an import",
      "let sep = 1; const set5 = (x: number) => { sep = x };",
      `import { sep } from "node:path";`,
      "set5(9)",
      "sep",
      "'/'",
    ],
    [
      "by destructuring",
      "let a6 = 1; const set6 = (x: number) => { [a6] = [x] };",
      "let { a6 } = { a6: 0.5 };",
      "set6(9)",
      "a6",
      "0.5",
    ],
    ["++", "let a7 = 1; const set7 = () => { a7++; ++a7; a7 += 1 };", "let a7 = 0.5;", "set7()", "a7", "0.5"],
  ])("is not written by functions of the first cell: %s", async (_, first, second, third, last, expected) => {
    expect(await afterCells(first, second, third, last)).toBe(expected);
  });

  it("each function sees the variable of its own generation", async () => {
    const text = await afterCells(
      "let rate = 1; const setRate = (x: number) => { rate = x }; const getRate = () => rate;",
      "let rate = 2; const setNewRate = (x: number) => { rate = x }; const getNewRate = () => rate;",
      "setRate(10); setNewRate(20);",
      "[getRate(), getNewRate(), rate]",
    );
    expect(text).toBe("[ 10, 20, 20 ]");
  });

  it("is not written by later cells' functions that were made for the first one", async () => {
    const text = await afterCells(
      "let count = 0;",
      "const step = () => { count++; return count; };",
      "step(); step();",
      "let count = 100;",
      "[step(), count]",
    );
    expect(text).toBe("[ 3, 100 ]");
  });

  it("is not counted up by an interval of the first cell", async () => {
    const text = await afterCells(
      "let ticks = 0; const timer = setInterval(() => { ticks++ }, 1);",
      "while (ticks < 3) await new Promise((resolve) => setTimeout(resolve, 1));",
      "const ticks = 100;",
      "await new Promise((resolve) => setTimeout(resolve, 20)); clearInterval(timer);",
      "ticks",
    );
    expect(text).toBe("100");
  });

  it("a function that is declared again is the one that earlier cells call", async () => {
    const text = await afterCells(
      "const helper = () => 'old'; function named() { return 'old'; }",
      "const caller = () => [helper(), named()];",
      "const helper = () => 'new'; function named() { return 'new'; }",
      "caller()",
    );
    expect(text).toBe("[ 'new', 'new' ]");
  });

  it("the same cell again begins anew", async () => {
    const code = "let again = 0; const more = () => ++again; more();";
    expect(await afterCells(code, "more(); again", code, "again")).toBe("1");
  });
});

describe("a variable of an earlier cell", () => {
  it.each([
    ["by a later cell", "b1 = 5; b1", "5"],
    ["in a loop", "for (b1 of [1, 2, 3]) {} b1", "3"],
    ["by destructuring", "({ b1, rest: [b2 = 4] } = { b1: 7, rest: [] as number[] }); [b1, b2]", "[ 7, 4 ]"],
    ["with an operator", "b1 = 2; b1 **= 3; b1--; b1", "7"],
    ["in a function that is called later", "const laterSet = () => { b1 = 11 }; laterSet(); b1", "11"],
  ])("is assigned %s, and its own functions see that", async (_, code, expected) => {
    expect(await afterCells("let b1 = 0, b2 = 0; const getB1 = () => b1;", code)).toBe(expected);
    expect(await afterCells("getB1() === b1")).toBe("true");
  });

  it("undefined is a value", async () => {
    expect(
      await afterCells("let c1: number | undefined = 1; const getC1 = () => c1;", "c1 = undefined;", "getC1()"),
    ).toBe(undefined);
  });

  it("names with a meaning in JavaScript's objects are names like others", async () => {
    expect(
      await afterCells(
        "let toString = 1, valueOf = 2, constructor = 3;",
        "toString++; [toString, valueOf, constructor]",
      ),
    ).toBe("[ 2, 2, 3 ]");
  });
});

describe("code that was copied from a module", () => {
  it.each([
    ["a variable", "export const e1 = 5; e1", "5"],
    ["a function", "export function e2() { return 6 }", undefined],
    ["a default", "export default class E3 { n = 7 }", undefined],
    ["a value", "export default 8", "8"],
    ["a list", "const e4 = 9; export { e4, e4 as other };\ne4", "9"],
    ["types", "export interface E5 { n: number }\nexport type E6 = E5; const e6: E6 = { n: 1 }; e6.n", "1"],
    ["an async function", "export async function e7() { return 10 }", undefined],
  ])("may export %s", async (_, code, expected) => {
    expect(await afterCells(code)).toBe(expected);
  });

  it("what it exports is there in later cells", async () => {
    expect(await afterCells("[e1, e2(), new E3().n, e4, await e7()]")).toBe("[ 5, 6, 7, 9, 10 ]");
    expect(await afterCells("const e8: E5 = { n: 2 }; e8.n")).toBe("2");
  });

  it("errors are where they are in the cell", async () => {
    const { traceback } = await run(kernel, `export const e9: number = "text";`);
    expect(traceback.slice(0, 3)).toEqual([
      "cell:1:14 - error TS2322: Type 'string' is not assignable to type 'number'.",
      `  export const e9: number = "text";`,
      "               ~~",
    ]);
  });
});
