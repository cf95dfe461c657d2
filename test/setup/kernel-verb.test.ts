import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { root, temporaryFolder } from "./sandbox";

/** Does what the verb does after the set-up, with a home folder of its own. */
function kernel(home: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const script = `import * as kernel from ${JSON.stringify(path.join(root, "bin/setup/registered-kernel.mjs"))};
    try {
      const request = kernel.parseKernelArguments(${JSON.stringify(args)});
      kernel[request.action + "Kernel"](request);
    } catch (error) { console.error(error.message); process.exitCode = 1; }`;
  const { JUPYTER_DATA_DIR: _, XDG_DATA_HOME: __, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env: { ...inherited, HOME: home, ...env },
  });
  return { status, stdout, stderr };
}

/** The kernels that a stock Jupyter finds, by name. */
function listed(
  home: string,
  env: NodeJS.ProcessEnv = {},
): Record<string, { resource_dir: string; spec: { display_name: string } }> {
  const { JUPYTER_DATA_DIR: _, XDG_DATA_HOME: __, ...inherited } = process.env;
  const { stdout } = spawnSync(path.join(root, ".venv/bin/jupyter"), ["kernelspec", "list", "--json"], {
    encoding: "utf8",
    env: { ...inherited, HOME: home, ...env },
  });
  return JSON.parse(stdout).kernelspecs;
}

describe.skipIf(process.platform === "win32")("elbo-lab kernel", () => {
  test("registers the kernel for the user, where Jupyter finds it, and removes it again", () => {
    const home = temporaryFolder();
    const folder = path.join(
      home,
      process.platform === "darwin" ? "Library/Jupyter" : ".local/share/jupyter",
      "kernels/mine",
    );
    expect(kernel(home, ["install", "--name", "mine"]).stdout).toBe(
      `Registered the kernel "TypeScript (mine)" in ${folder}\n`,
    );
    const found = listed(home).mine;
    expect(found?.resource_dir).toBe(folder);
    expect(found?.spec).toMatchObject({
      argv: [process.execPath, path.join(root, "dist/kernel/main.js"), "--config-path", "{connection_file}"],
      display_name: "TypeScript (mine)",
      language: "typescript",
      interrupt_mode: "message",
      metadata: { debugger: true },
    });
    expect(kernel(home, ["install", "--name", "mine"]).status).toBe(0); // again, which updates it
    expect(kernel(home, ["uninstall", "--name", "mine"]).stdout).toBe(`Removed ${folder}\n`);
    expect(existsSync(folder)).toBe(false);
    expect(listed(home).mine).toBeUndefined();
  });

  test("respects JUPYTER_DATA_DIR", () => {
    const [home, data] = [temporaryFolder(), temporaryFolder()];
    expect(kernel(home, ["install", "--user", "--name", "mine"], { JUPYTER_DATA_DIR: data }).status).toBe(0);
    expect(listed(home, { JUPYTER_DATA_DIR: data }).mine?.resource_dir).toBe(path.join(data, "kernels/mine"));
  });

  test("writes into a prefix, and into that of the active Python", () => {
    const [home, prefix] = [temporaryFolder(), temporaryFolder()];
    kernel(home, ["install", "--prefix", prefix]);
    expect(existsSync(path.join(prefix, "share/jupyter/kernels/tslab/kernel.json"))).toBe(true);

    const python = spawnSync("python3", ["-m", "venv", "--without-pip", path.join(home, "env")]);
    expect(python.status).toBe(0);
    const bin = path.join(home, "env/bin");
    const installed = kernel(home, ["install", "--sys-prefix"], { PATH: `${bin}${path.delimiter}${process.env.PATH}` });
    expect(installed.stdout).toContain(path.join(home, "env/share/jupyter/kernels/tslab"));
    expect(kernel(home, ["install", "--sys-prefix"], { PATH: home }).stderr).toMatch(
      /there is no active Python environment[\s\S]*--prefix/,
    );
  });

  test("leaves kernels of others alone, and files beside its own", () => {
    const home = temporaryFolder();
    const folder = path.join(home, "share/jupyter/kernels/tslab");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "kernel.json"), '{ "argv": ["tslab"] }');
    expect(kernel(home, ["install", "--prefix", home]).stderr).toMatch(
      /there is another kernel named tslab[\s\S]*--name/,
    );
    expect(kernel(home, ["uninstall", "--prefix", home]).stderr).toMatch(/the kernel tslab is not ours/);
    expect(readFileSync(path.join(folder, "kernel.json"), "utf8")).toBe('{ "argv": ["tslab"] }');

    kernel(home, ["install", "--prefix", home, "--name", "mine"]);
    const logo = path.join(home, "share/jupyter/kernels/mine/logo.svg");
    writeFileSync(logo, "<svg/>");
    kernel(home, ["uninstall", "--prefix", home, "--name", "mine"]);
    expect(existsSync(logo)).toBe(true);
  });

  test.each([
    [[], /needs one of install and uninstall/],
    [["remove"], /it got remove/],
    [["install", "--global"], /does not know these options/],
    [["install", "--user", "--prefix", "x"], /exclude each other/],
    [["install", "--name", "a b"], /a kernel cannot be named "a b"/],
    [["uninstall"], /there is no kernel named tslab/],
  ])("refuses %j", (args, message) => {
    const { status, stderr } = kernel(temporaryFolder(), args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});
