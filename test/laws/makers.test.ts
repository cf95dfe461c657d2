import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { makerByName, makers } from "../../src/saving/makers";
import { modelRows } from "./models";

const index = path.resolve(import.meta.dirname, "../../src/index.ts");

/** Rooms whose public functions make things from options. */
const rooms = ["models", "likelihoods", "priors"];

/** Public functions of these rooms that make nothing that is saved, and why. */
const exceptions: Record<string, string> = {
  probabilisticPca: "has no variables: its weights are tensors that the caller gives",
  fitProbabilisticPca: "makes a probabilisticPca() from data",
  fitGaussianMixture: "makes numbers from data",
};

/** The values that src/index.ts exports from these rooms. */
function exported(): string[] {
  const { statements } = ts.createSourceFile("index.ts", readFileSync(index, "utf8"), ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    if (!rooms.some((room) => from.startsWith(`./${room}/`))) return [];
    const { elements } = statement.exportClause as ts.NamedExports;
    return elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text);
  });
}

test("every exported maker is in the table of makers, and nothing else is", () => {
  const wanted = exported().filter((name) => !(name in exceptions));
  expect(Object.keys(makerByName).toSorted()).toEqual(wanted.toSorted());
});

test("the table knows every maker by its own name", () => {
  for (const [name, make] of Object.entries(makerByName)) expect((make as { name: string }).name).toBe(name);
});

test("every maker of a model has a row in the laws", () => {
  const withRows = new Set(modelRows.map(({ maker }) => maker.name));
  expect(Object.keys(makers.models).filter((name) => !withRows.has(name))).toEqual([]);
});
