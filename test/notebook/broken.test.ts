import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Failure } from "../../src/notebook/failures";
import { type RunOptions, runNotebook } from "../../src/notebook/run-notebook";

/** Notebooks that must fail, each with exactly these failures. */
interface Broken {
  name: string;
  failures: { kind: Failure["kind"]; cell?: number; message: RegExp }[];
  options?: RunOptions;
}

const broken: Broken[] = [
  { name: "error", failures: [{ kind: "error", cell: 3, message: /^RangeError: not 42$/ }] },
  { name: "type-error", failures: [{ kind: "error", cell: 2, message: /Type 'string' is not assignable/ }] },
  { name: "did-not-raise", failures: [{ kind: "did-not-raise", cell: 2, message: /raised nothing/ }] },
  { name: "stderr", failures: [{ kind: "stderr", cell: 2, message: /: the optimizer is not happy$/ }] },
  {
    name: "unhandled-rejection",
    failures: [{ kind: "unhandled-rejection", cell: 2, message: /too late/ }],
  },
  { name: "floating-rejection", failures: [{ kind: "error", cell: 2, message: /^Error: nobody awaited me$/ }] },
  {
    name: "figure",
    failures: [
      { kind: "figure", cell: 3, message: /vegalite\.v5\+json without a picture \(image\/png\)/ },
      { kind: "figure", cell: 4, message: /image\/png without alt text/ },
      { kind: "figure", cell: 5, message: /an image\/png that is not a PNG/ },
    ],
  },
  {
    name: "time",
    options: { timeoutSeconds: 1 },
    failures: [{ kind: "time", cell: 2, message: /running when the notebook's 1 s were over/ }],
  },
  {
    name: "stuck",
    options: { cellTimeoutSeconds: 1, graceSeconds: 1 },
    failures: [
      { kind: "time", cell: 2, message: /more than the 1 s that a cell may take/ },
      { kind: "no-reply", cell: 2, message: /did not stop within 1 s of an interrupt; its kernel was killed/ },
    ],
  },
  { name: "size", failures: [{ kind: "size", message: /^16\d{5} bytes, more than 1500000$/ }] },
  { name: "cell-length", failures: [{ kind: "cell-length", cell: 2, message: /has 31 lines, more than 30/ }] },
  {
    name: "metric",
    failures: [
      { kind: "metric", message: /^elbo of "VAE" \(seed 1\) is -140, outside its band \[-105, -100\]$/ },
      { kind: "metric", message: /^units of "VAE" \(seed 1\) has no band/ },
      { kind: "metric", message: /has a band for kl of "VAE", but the notebook shows no such result$/ },
    ],
  },
  { name: "nan-metric", failures: [{ kind: "metric", message: /vnd\.elbo-lab\.results\+json: .*elbo/s }] },
  { name: "leak", failures: [{ kind: "leak", message: /^3 tensors leaked by "VAE" \(seed 1\)$/ }] },
  { name: "dies", failures: [{ kind: "no-reply", cell: 2, message: /the kernel is gone: it was ended by SIGKILL/ }] },
];

const folder = join(__dirname, "broken");

for (const { name, options, failures } of broken) {
  test(`the broken notebook "${name}" fails for its reason and for no other`, async () => {
    const run = await runNotebook(join(folder, `${name}.ipynb`), {
      courseRules: true,
      timeoutSeconds: 600,
      ...options,
    });
    const expected = failures.map((failure) => ({ ...failure, message: expect.stringMatching(failure.message) }));
    expect(run.failures).toEqual(expected);
    // What follows a failure is not run.
    expect(JSON.stringify(run.notebook.cells.map((cell) => cell.cell_type === "code" && cell.outputs))).not.toContain(
      "must not run",
    );
  });
}

const againstRulesOnly = ["did-not-raise", "stderr", "figure", "size", "cell-length", "metric", "nan-metric", "leak"];

test.each(againstRulesOnly)('without the rules of the course, the notebook "%s" passes', async (name) => {
  const run = await runNotebook(join(folder, `${name}.ipynb`));
  expect(run.failures).toEqual([]);
  expect(run.warnings).toEqual([]);
});

test("every broken notebook is expected to fail", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));
  expect(files.sort()).toEqual(broken.map(({ name }) => `${name}.ipynb`).sort());
});
