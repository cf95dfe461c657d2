import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isRun } from "../../src/notebook/nbformat";
import { readNotebook } from "../../src/notebook/notebook-file";
import { makeTempProject, type TempProject } from "./temp-project";
import { type Outcome, pause, root, run, startTestKernel } from "./test-kernel";

const casePath = (name: string) => join(__dirname, "cases", name);

interface Step {
  code: string;
  /** Writes the code to this file. */
  write?: string;
  /** Seconds to wait first. */
  wait: number;
}

function stepsOf(name: string): Step[] {
  if (name.endsWith(".ipynb")) {
    return readNotebook(casePath(name))
      .cells.filter(isRun)
      .map(({ source }) => ({ code: source, wait: 0 }));
  }
  const [, ...parts] = readFileSync(casePath(name), "utf8").split(/^\/\/%%/m);
  return parts.map((part) => {
    const [options = "", ...lines] = part.split("\n");
    const write = /write=(\S+)/.exec(options)?.[1];
    const wait = Number(/wait=(\d+)/.exec(options)?.[1] ?? 0);
    return { code: lines.join("\n"), wait, ...(write && { write }) };
  });
}

async function runCase(name: string, project: TempProject, folder = project.folder): Promise<Outcome[]> {
  const kernel = await startTestKernel(folder);
  const outcomes: Outcome[] = [];
  try {
    for (const { code, write, wait } of stepsOf(name)) {
      await pause(wait * 1000);
      if (write) project.write(write, code);
      else outcomes.push(await run(kernel, code));
    }
  } finally {
    await kernel.kill();
  }
  return outcomes;
}

const summary = ({ error, text }: Outcome) => error?.replace(/ Did you mean.*/, "") ?? text;

const missing = (name: string) =>
  `TypeScriptError: TS2307: Cannot find module '${name}' or its corresponding type declarations.`;

it.each([
  ["write-after-failed-import.cells", [missing("./m1"), "42", "2"]],
  ["write-json.ipynb", [undefined, undefined, "2", undefined]],
  ["export-const.ipynb", ["5"]],
  ["helper-with-last-expression.ipynb", ["1"]],
])("%s", async (name, expected) => {
  const project = makeTempProject({
    "package.json": `{ "name": "own" }`,
    "helper.ts": readFileSync(casePath("helper.ts"), "utf8"),
  });
  symlinkSync(join(root, "node_modules"), join(project.folder, "node_modules"));
  const outcomes = await runCase(name, project);
  expect(outcomes.map(summary)).toEqual(expected);
  project.remove();
});

it("install-while-running.cells", async () => {
  const project = makeTempProject({
    "notebook/package.json": `{ "name": "own", "private": true }`,
    "newpkg/package.json": `{ "name": "newpkg", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }`,
    "newpkg/index.js": `exports.hi = () => "hi";`,
    "newpkg/index.d.ts": `export declare function hi(): string;`,
    "node_modules/.keep": "",
  });
  const notebook = join(project.folder, "notebook");
  symlinkSync(root, join(project.folder, "node_modules/elbo-lab"));
  const packed = spawnSync("npm", ["pack", "../newpkg"], { cwd: notebook, encoding: "utf8" });
  expect(packed.status, packed.stderr).toBe(0);
  const [first, before, install, after, last] = await runCase("install-while-running.cells", project, notebook);
  expect(first?.text).toBe("1");
  expect(before?.error).toBe(missing("newpkg"));
  expect(install?.error).toBeUndefined();
  expect(after?.text).toBe("'hi'");
  expect(last?.text).toBe("2");
  project.remove();
});
