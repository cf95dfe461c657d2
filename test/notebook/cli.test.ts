import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatNotebook, readNotebook } from "../../src/notebook/notebook-file";
import { isAlive } from "../kernel/test-kernel";

const root = join(__dirname, "../..");
const cli = join(root, "dist/notebook/cli.js");
const artifacts = join(root, ".artifacts/notebooks");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "elbo-lab-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
}

const text = (name: string) => readFileSync(join(folder, name), "utf8");

/** A copy of a test notebook under a name that no other run leaves artifacts under. */
function copy(from: string, name: string): string {
  cpSync(join(__dirname, from), join(folder, name));
  return text(name);
}

test("a notebook that passes is written back executed, with its results, and a second run changes nothing", () => {
  cpSync(join(__dirname, "good"), folder, { recursive: true });
  const first = run("run", "good.ipynb");
  expect(first).toMatchObject({ status: 0, stderr: "" });
  expect(first.stdout).toMatch(/^good\.ipynb\n {2}cell +\d+ +\d+\.\d s {2}\S/);
  expect(first.stdout).toMatch(/total {5}\d+\.\d s in 10 cells; kernel ready after \d+\.\d s/);
  expect(first.stdout).toMatch(/\n {2}passed\n {2}executed notebook: good\.ipynb\n1 notebooks passed, 0 failed\n$/);
  expect(JSON.parse(text("results/good.json"))).toMatchObject({ notebook: "good", rows: [{ seed: 1 }, { seed: 2 }] });

  const executed = text("good.ipynb");
  expect(executed).not.toContain(folder);
  expect(executed).toContain('"step 3"');
  const python = join(root, ".venv/bin/python");
  const validate =
    "import sys, nbformat; nbformat.validate(nbformat.read(sys.argv[1], as_version=4), relax_add_props=False)";
  const checked = spawnSync(python, ["-c", validate, join(folder, "good.ipynb")], { encoding: "utf8" });
  expect(checked).toMatchObject({ status: 0, stderr: "" });

  expect(run("run", "good.ipynb").status).toBe(0);
  expect(text("good.ipynb")).toBe(executed);
});

test("a notebook that fails stays as it was, and what it showed is kept where the command says", () => {
  const before = copy("broken/error.ipynb", "cli-error.ipynb");
  const { status, stdout } = run("run", "cli-error.ipynb", "missing.ipynb");
  expect(status).toBe(1);
  expect(stdout).toContain("  FAILED  cell 3 RangeError: not 42 [error]");
  expect(stdout).toMatch(/what it showed so far: .*\.artifacts\/notebooks\/cli-error\.ipynb/);
  expect(stdout).toMatch(/missing\.ipynb cannot be read: ENOENT/);
  expect(stdout).toMatch(/\n0 notebooks passed, 2 failed\n$/);
  expect(text("cli-error.ipynb")).toBe(before);
  expect(readFileSync(join(artifacts, "cli-error.ipynb"), "utf8")).toContain('"ename": "RangeError"');
  rmSync(join(artifacts, "cli-error.ipynb"));
});

test("with -p the executed copy goes beside the artifacts, with --output to a folder, with --check nowhere", () => {
  const before = copy("good/good.ipynb", "cli-good.ipynb");
  const copied = run("run", "cli-good.ipynb", "-p", "EPOCHS=7");
  expect(copied.stdout).toMatch(/executed notebook: .*\.artifacts\/notebooks\/cli-good\.ipynb/);
  expect(copied.status).toBe(0);
  expect(readFileSync(join(artifacts, "cli-good.ipynb"), "utf8")).toContain("const EPOCHS = 7;");
  rmSync(join(artifacts, "cli-good.ipynb"));

  expect(run("run", "cli-good.ipynb", "-p", "EPOCHS=7", "--output", "out").status).toBe(0);
  expect(text("out/cli-good.ipynb")).toContain("const EPOCHS = 7;");

  // Without its bands beside it, the notebook as it is fails; only then is nothing written anywhere.
  const checked = run("run", "--check", "--timeout", "600", "cli-good.ipynb");
  expect(checked.status).toBe(1);
  expect(checked.stdout).toMatch(/elbo of "VAE" \(seed 1\) has no band in results\/bands\.json \[metric\]/);
  expect(checked.stdout).not.toContain("showed so far");
  expect(text("cli-good.ipynb")).toBe(before);
  expect(existsSync(join(folder, "results"))).toBe(false);
});

test("a notebook that is saved by someone else while it runs is not written over", async () => {
  copy("broken/stderr.ipynb", "cli-saved.ipynb");
  const path = join(folder, "cli-saved.ipynb");
  const notebook = readNotebook(path);
  notebook.cells[1]!.source =
    'require("node:fs").writeFileSync("running", "");\nawait new Promise((r) => setTimeout(r, 1500));';
  writeFileSync(path, formatNotebook(notebook));
  const child = spawn(process.execPath, [cli, "run", path], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await vi.waitUntil(() => existsSync(join(folder, "running")), { timeout: 120_000 });
  writeFileSync(path, `${formatNotebook(notebook)}\n`);
  expect(await ended).toBe(0);
  expect(output).toMatch(/\.artifacts\/notebooks\/cli-saved\.ipynb \(it was saved by someone else while it ran\)/);
  expect(text("cli-saved.ipynb")).toBe(`${formatNotebook(notebook)}\n`);
  rmSync(join(artifacts, "cli-saved.ipynb"));
});

test("a run that is ended takes its kernel along", async () => {
  copy("broken/time.ipynb", "cli-ended.ipynb");
  const path = join(folder, "cli-ended.ipynb");
  const notebook = readNotebook(path);
  notebook.cells[1]!.source =
    `require("node:fs").writeFileSync("pid", String(process.pid));\n${notebook.cells[1]!.source}`;
  writeFileSync(path, formatNotebook(notebook));
  const child = spawn(process.execPath, [cli, "run", path], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await vi.waitUntil(() => existsSync(join(folder, "pid")) && text("pid") !== "", { timeout: 120_000 });
  const kernel = Number(text("pid"));
  expect(process.kill(kernel, 0)).toBe(true);
  child.kill("SIGTERM");
  expect(await ended).toBe(143);
  await vi.waitUntil(() => !isAlive(kernel), { timeout: 120_000 });
});

const mistakes = [
  { args: [], message: 'expected the verb "run", but got ""' },
  { args: ["run"], message: "name at least one notebook" },
  { args: ["run", "a.ipynb", "-p", "EPOCHS"], message: '-p takes NAME=value, but got "EPOCHS"' },
  {
    args: ["run", "a.ipynb", "--timeout", "soon"],
    message: "--timeout must be a positive number of seconds, but got soon",
  },
  { args: ["run", "a.ipynb", "--check", "--inplace"], message: "--output, --inplace and --check exclude each other" },
  { args: ["run", "a.ipynb", "--fast"], message: "Unknown option '--fast'" },
];

for (const { args, message } of mistakes) {
  test(`"elbo-lab ${args.join(" ")}" is refused with what is wrong and how it is used`, () => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain("Usage: elbo-lab run NOTEBOOK...");
  });
}
