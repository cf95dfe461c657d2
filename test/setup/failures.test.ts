import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { checkNode } from "../../bin/setup/node.mjs";
import { bareCheckout, root, runNode, temporaryFolder } from "./sandbox";

/** Runs one part of the set-up in a checkout of its own. */
const makePart = (checkout: string, part: string, env: NodeJS.ProcessEnv) => {
  const script = `
    import { parts } from ${JSON.stringify(path.join(checkout, "bin/setup/setup.mjs"))};
    try { await parts.find(({ name }) => name === ${JSON.stringify(part)}).make(); }
    catch (error) { console.error(error.name === "SetupError" ? error.message : error.stack); process.exit(1); }`;
  return runNode(["--input-type=module", "-e", script], { cwd: checkout, env: { ...process.env, ...env } });
};

describe("each thing that can be missing gives one message with the mend", () => {
  test.each(["18.20.0", "20.18.3"])("Node %s", (version) => {
    expect(() => checkNode(version)).toThrow(/Node .* is too old[\s\S]*20\.19[\s\S]*mend:/);
  });
  test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0", "26.10.0"])("Node %s is accepted", (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  test("no Python", async () => {
    const { status, output } = await makePart(bareCheckout(), "environment", { PATH: temporaryFolder() });
    expect(status).toBe(1);
    expect(output).toMatch(/✗ no suitable Python was found\n {2}why: .*can be run\n {2}mend: install Python 3\.10/);
  });

  test("a Python that is too old", async () => {
    const python = path.join(temporaryFolder(), "python");
    writeFileSync(python, "#!/bin/sh\necho 3.8.1\n", { mode: 0o755 });
    const { status, output } = await makePart(bareCheckout(), "environment", { ELBO_LAB_PYTHON: python });
    expect(status).toBe(1);
    expect(output).toMatch(/why: .*python is 3\.8\.1/);
  });

  test("no network for npm", async () => {
    const env = {
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_cache: temporaryFolder(),
      npm_config_fetch_retries: "0",
    };
    const checkout = bareCheckout();
    const { status, output } = await makePart(checkout, "packages", env);
    expect(status).toBe(1);
    expect(output).toMatch(
      /✗ npm could not install the packages\n {2}why: .*ECONNREFUSED[\s\S]*mend: check the network/,
    );
    expect(existsSync(path.join(checkout, ".elbo-lab/packages.stamp"))).toBe(false);
  });

  test("no C++ compiler, and no download to fall back to", async () => {
    const checkout = bareCheckout();
    for (const name of ["package.json", "binding", "scripts"]) {
      const inside = path.join("node_modules/@tensorflow/tfjs-node", name);
      cpSync(path.join(root, inside), path.join(checkout, inside), { recursive: true });
    }
    const { status, output } = await makePart(checkout, "addon", {
      PATH: temporaryFolder(),
      npm_execpath: "",
      CXX: "",
    });
    expect(status).toBe(1);
    expect(output).toMatch(/✗ there is no TensorFlow for Node\n {2}why: .*no C\+\+ compiler/);
    expect(output).toMatch(/the package's own download failed too[\s\S]*mend: install a C\+\+ compiler/);
  });

  test("an unknown verb", async () => {
    const { status, output } = await runNode([path.join(root, "bin/elbo-lab.mjs"), "tset"]);
    expect(status).toBe(2);
    expect(output).toMatch(/there is no "tset"[\s\S]*usage:[\s\S]*doctor/);
  });
});

describe("a set-up that was cut off", () => {
  test("leaves nothing that a second run would trust", { timeout: 60_000 }, async () => {
    const checkout = bareCheckout();
    const command = [path.join(checkout, "bin/elbo-lab.mjs")];
    await runNode([...command, "setup"], { during: (kill) => setTimeout(kill, 1500) });
    const stamps = readdirSync(path.join(checkout, ".elbo-lab")).filter((name) => name.endsWith(".stamp"));
    expect(stamps).toEqual([]);
    const { status, output } = await runNode([...command, "doctor"]);
    expect(status).toBe(1);
    expect(output).toMatch(/✗ npm packages +missing: run `npx elbo-lab setup`/);
  });

  test("a lock of a process that died does not hold up the next run", async () => {
    const checkout = bareCheckout();
    mkdirSync(path.join(checkout, ".elbo-lab"));
    writeFileSync(path.join(checkout, ".elbo-lab/lock"), "999999999");
    const script = `import { withLock } from ${JSON.stringify(path.join(checkout, "bin/setup/lock.mjs"))};
      console.log(await withLock(() => "done"))`;
    expect((await runNode(["--input-type=module", "-e", script])).output).toBe("done\n");
    expect(existsSync(path.join(checkout, ".elbo-lab/lock"))).toBe(false);
  });
});

test("doctor finds this checkout in order", async () => {
  const { status, output } = await runNode([path.join(root, "bin/elbo-lab.mjs"), "doctor"]);
  expect(output).toMatch(/✓ TensorFlow addon for Node +TensorFlow \d/);
  expect(output).not.toMatch(/✗/);
  expect(status).toBe(0);
});
