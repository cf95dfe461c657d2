import { spawnSync } from "node:child_process";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { advice } from "../../bin/setup/advice.mjs";
import { checkNode } from "../../bin/setup/node.mjs";
import { bareCheckout, root, runNode, temporaryFolder } from "./sandbox";

// A slow machine is not a failure.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Runs one part of the set-up in a checkout of its own. */
const makePart = (checkout: string, part: string, env: NodeJS.ProcessEnv) => {
  const script = `
    import { parts } from ${JSON.stringify(path.join(checkout, "bin/setup/setup.mjs"))};
    try { await parts.find(({ name }) => name === ${JSON.stringify(part)}).make(); }
    catch (error) { console.error(error.name === "SetupError" ? error.message : error.stack); process.exit(1); }`;
  return runNode(["--input-type=module", "-e", script], { cwd: checkout, env: { ...process.env, ...env } });
};

describe("each thing that can be missing gives one message with the fix", () => {
  test.each(["18.20.0", "20.18.3"])("Node %s", (version) => {
    expect(() => checkNode(version)).toThrow(/Node .* is too old[\s\S]*20\.19[\s\S]*fix:/);
  });
  test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0", "26.10.0"])("Node %s is accepted", (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  test("no Python", async () => {
    const { status, output } = await makePart(bareCheckout(), "environment", { PATH: temporaryFolder() });
    expect(status).toBe(1);
    expect(output).toMatch(/✗ no suitable Python was found\n {2}why: .*can be run\n {2}fix: install Python 3\.10/);
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
      /✗ npm could not install the packages\n {2}why: .*ECONNREFUSED[\s\S]*fix: check the network/,
    );
    expect(existsSync(path.join(checkout, ".elbo-lab/packages.stamp"))).toBe(false);
  });

  test("no C++ compiler, and no download to fall back to", async () => {
    const checkout = bareCheckout();
    for (const name of ["tfjs-node/package.json", "tfjs-node/binding", "tfjs-node/scripts"]) {
      const inside = path.join("node_modules/@tensorflow", name);
      cpSync(path.join(root, inside), path.join(checkout, inside), { recursive: true });
    }
    cpSync(path.join(root, "node_modules/node-api-headers"), path.join(checkout, "node_modules/node-api-headers"), {
      recursive: true,
    });
    const { status, output } = await makePart(checkout, "addon", {
      PATH: temporaryFolder(),
      ELBO_LAB_CACHE: temporaryFolder(),
      npm_execpath: "",
      CXX: "",
    });
    expect(status).toBe(1);
    expect(output).toMatch(/✗ there is no TensorFlow for Node\n {2}why: .*no C\+\+ compiler/);
    expect(output).toMatch(/and no suitable Python was found/); // which would have fetched a compiler
    expect(output).toMatch(/the package's own download failed too[\s\S]*fix: install a C\+\+ compiler/);
  });

  test("an unknown verb", async () => {
    const { status, output } = await runNode([path.join(root, "bin/elbo-lab.mjs"), "tset"]);
    expect(status).toBe(2);
    expect(output).toMatch(/there is no command "tset"[\s\S]*usage:[\s\S]*doctor/);
  });
});

test("a Python without ensurepip and pip gets pip from its wheel", async () => {
  const checkout = bareCheckout();
  writeFileSync(path.join(checkout, "bin/setup/requirements.txt"), "");
  const python = path.join(temporaryFolder(), "python");
  // What Debian's python3 is without python3-venv.
  const lacking = 'case "$*" in *ensurepip*|"-m pip"*) echo "No module named ensurepip" >&2; exit 1;; esac';
  writeFileSync(python, `#!/bin/sh\n${lacking}\nexec python3 "$@"\n`, { mode: 0o755 });
  const { status, output } = await makePart(checkout, "environment", { ELBO_LAB_PYTHON: python });
  expect(status, output).toBe(0);
  const pip = spawnSync(path.join(checkout, ".venv/bin/python"), ["-m", "pip", "--version"], { encoding: "utf8" });
  expect(pip.stdout).toMatch(/^pip 25\.3 /);
});

describe("the advice fits the error", () => {
  test.each([
    ["npm error code ENOTEMPTY\nnpm error ENOTEMPTY: directory not empty, rename '…/vega'", /^close the programs/],
    ["npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write", /^free some disk space/],
    ["OSError: [Errno 28] No space left on device", /^free some disk space/],
    ["npm error code EACCES\nnpm error EACCES: permission denied, mkdir '/x'", /writable for you/],
    ["ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", /writable for you/],
    ["npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json", /git checkout/],
    ["npm error code EINTEGRITY", /npm cache clean/],
    ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", /pip cache purge/],
    ["npm error code E404\nnpm error 404 Not Found - GET http://mirror/vega", /lacks this package/],
    ["ERROR: No matching distribution found for jupyterlab==4.6.4", /lacks this package/],
    ["npm error code E401\nnpm error Unable to authenticate", /login/],
    ["npm error code SELF_SIGNED_CERT_IN_CHAIN", /NODE_EXTRA_CA_CERTS/],
    ["npm error code ECONNREFUSED", /^check the network/],
    ["npm error code ENOTFOUND\nnpm error network request to http://mirror/vega failed", /^check the network/],
    ["clang: error: unable to execute command: Killed", /memory/],
    ["something nobody has seen", /^see the reason above/],
  ])("%s", (output, expected) => {
    expect(advice(output)).toMatch(expected);
  });
});

test("doctor finds this checkout in order", async () => {
  const { status, output } = await runNode([path.join(root, "bin/elbo-lab.mjs"), "doctor"]);
  expect(output).toMatch(/✓ TensorFlow addon for Node +TensorFlow \d/);
  expect(output).not.toMatch(/✗/);
  expect(status).toBe(0);
});
