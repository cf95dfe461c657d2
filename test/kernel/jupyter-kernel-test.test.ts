import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, root } from "./test-kernel";

const python = join(root, ".venv/bin/python");

/** The tests of jupyter_kernel_test 0.7: none of them may be skipped. */
const tests = [
  "test_clear_output",
  "test_completion",
  "test_display_data",
  "test_error",
  "test_execute_result",
  "test_execute_stderr",
  "test_execute_stdout",
  "test_history",
  "test_inspect",
  "test_is_complete",
  "test_kernel_info",
  "test_pager",
];

describe("jupyter_kernel_test", () => {
  let folder: string;
  let output = "";
  let status: number | null = null;
  beforeAll(() => {
    if (!existsSync(python)) throw new Error("no Python environment: run npm start or npm test first");
    folder = mkdtempSync(join(tmpdir(), "elbo-lab-jupyter-"));
    const spec = join(folder, "kernels/tslab");
    mkdirSync(spec, { recursive: true });
    const argv = command;
    writeFileSync(
      join(spec, "kernel.json"),
      JSON.stringify({ argv, display_name: "TypeScript", language: "typescript" }),
    );
    const result = spawnSync(python, ["-m", "unittest", "-v", "jupyter_kernel_test_elbo"], {
      cwd: join(root, "test/kernel"),
      encoding: "utf8",
      timeout: 600_000,
      env: {
        ...process.env,
        JUPYTER_PATH: folder,
        JUPYTER_DATA_DIR: join(folder, "data"),
        JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
        JUPYTER_CONFIG_DIR: join(folder, "config"),
        IPYTHONDIR: join(folder, "ipython"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    });
    output = result.stderr;
    status = result.status;
  }, 660_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(tests)("%s", (name) => {
    expect(output).toMatch(new RegExp(`^${name} \\(.*\\) \\.\\.\\. ok$`, "m"));
  });

  it("passes in full, and skips nothing", () => {
    expect(output).toMatch(new RegExp(`^Ran ${tests.length} tests`, "m"));
    expect(output).toMatch(/^OK$/m);
    expect(status).toBe(0);
    expect(tests.length).toBeGreaterThan(10);
  });
});
