import fs from "node:fs";
import path from "node:path";
import { SetupError } from "../setup/error.mjs";
import { isCheckout, root, stateFolder } from "../setup/paths.mjs";
import { attach } from "../setup/process.mjs";
import { setup } from "../setup/setup.mjs";

const bin = (name) => path.join(root, "node_modules", name);

/**
 * Runs every check: types, lint and format, then the tests. `--unit` omits tests that start kernels, notebooks,
 * browsers and set-ups. Other arguments are passed to vitest (a file name, `-t name`). The last line is `N passed, N
 * failed`.
 */
export async function run(args) {
  if (!isCheckout) {
    throw new SetupError(
      "the tests are not available here",
      "the published package does not include them",
      "run them in a checkout of the repository (`npx elbo-lab doctor` tries what is installed here)",
    );
  }
  await setup();
  const unit = args.includes("--unit");
  const filters = args.filter((arg) => arg !== "--unit");
  const total = { passed: 0, failed: 0, skipped: 0 };
  const count = (status) => total[status === 0 ? "passed" : "failed"]++;
  if (filters.length === 0) {
    count(await node("types", bin("typescript/bin/tsc"), "-p", "test/tsconfig.json"));
    count(await node("lint and format", bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."));
  }
  const report = path.join(stateFolder, "test-report.json");
  const warnings = path.join(stateFolder, "test-warnings.txt");
  for (const file of [report, warnings]) fs.rmSync(file, { force: true });
  process.env.ELBO_LAB_TEST_WARNINGS = warnings;
  const projects = unit ? ["--project", "unit"] : [];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const status = await node("tests", bin("vitest/vitest.mjs"), "run", ...projects, ...reporters, ...filters);
  const { passed, failed, skipped } = read(report);
  total.passed += passed;
  total.skipped += skipped;
  // A test file that does not load, or an error outside any test, fails the run without failing a test.
  total.failed += failed || (status === 0 ? 0 : 1);
  if (fs.existsSync(warnings)) {
    for (const line of fs.readFileSync(warnings, "utf8").trim().split("\n")) console.log(`warning: ${line}`);
  }
  const skips = total.skipped ? `, ${total.skipped} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skips}`);
  return total.failed ? 1 : 0;
}

async function node(title, ...args) {
  console.log(`\n— ${title}`);
  return attach(process.execPath, args, { cwd: root });
}

function read(report) {
  if (!fs.existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(fs.readFileSync(report, "utf8"));
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}
