import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failuresIn, resultFailures } from "../../src/notebook/failures";
import { normalize } from "../../src/notebook/normalize";
import { formatNotebook, readNotebook } from "../../src/notebook/notebook-file";
import { resultsIn, resultsName, resultsPath, resultsSchema } from "../../src/notebook/results";
import { runNotebook } from "../../src/notebook/run-notebook";
import { teaserIn, teaserPath } from "../../src/notebook/teaser";

const root = join(__dirname, "../..");
const folder = join(root, "notebooks");
const notebooks = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));

/** Only guards against a runner that hangs: the runner itself limits the time of the cells. */
const guardMs = 4 * 3600 * 1000;

test("the course has notebooks, and one to start with", () => {
  expect(notebooks.filter((name) => name.startsWith("00-"))).toHaveLength(1);
});

describe.each(notebooks)("%s", (name) => {
  const path = join(folder, name);

  test("is committed executed: complete, without errors, every figure with a picture and alt text", () => {
    const notebook = readNotebook(path);
    expect([...failuresIn(notebook), ...resultFailures(notebook, path)]).toEqual([]);
  });

  test("is committed as the runner writes it: no path, time or state of a machine, and the results it shows", () => {
    const text = readFileSync(path, "utf8");
    const notebook = readNotebook(path);
    expect(formatNotebook(normalize(notebook, root)) === text, `run \`elbo-lab run notebooks/${name}\``).toBe(true);
    const file = resultsPath(path);
    const kept = existsSync(file) ? resultsSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
    expect(kept).toEqual(resultsIn(notebook, resultsName(path)));
    const picture = teaserPath(path);
    const teaser = existsSync(picture) ? readFileSync(picture).toString("base64") : undefined;
    const shown = teaserIn(notebook);
    expect(
      teaser === (shown && Buffer.from(shown).toString("base64")),
      "the teaser is the one that the notebook shows",
    ).toBe(true);
  });

  test("runs from top to bottom on a fresh kernel", { timeout: guardMs }, async () => {
    const run = await runNotebook(path, { courseRules: true });
    console.log(`${name}: ${run.seconds.toFixed(1)} s in ${run.cells.length} cells`);
    for (const warning of run.warnings) warn(warning);
    expect(run.failures).toEqual([]);
  });
});

/** A warning for whoever reads the log, and for `elbo-lab test`, which prints all of them at its end. */
function warn(text: string): void {
  console.warn(text);
  const file = process.env.ELBO_LAB_TEST_WARNINGS;
  if (file !== undefined) appendFileSync(file, `${text}\n`);
}
