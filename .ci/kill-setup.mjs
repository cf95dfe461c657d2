// Kills the set-up of a fresh clone at random moments, then lets it finish; breaks what it made, and lets it repair that.
// Downloads about 540 MB, unless npm's and pip's caches have them; takes ten minutes or more.
//
// usage: node .ci/kill-setup.mjs [TIMES] [SECONDS]  defaults to 20 kills, each after at most 40 seconds
//   KEEP_CACHE=1                               uses the shared cache of this machine instead of one of its own
import { execFileSync, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [times = 20, most = 40] = process.argv.slice(2).map(Number);
const repository = fileURLToPath(new URL("..", import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "elbo-lab-killed-"));
const checkout = path.join(folder, "elbo-lab");
const env = { ...process.env, ...(process.env.KEEP_CACHE ? {} : { ELBO_LAB_CACHE: path.join(folder, "cache") }) };
const elboLab = path.join(checkout, "bin/elbo-lab.mjs");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The processes that work in the checkout or its cache: their command names it. */
const processesOf = () =>
  execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(folder) && !line.includes("kill-setup"));

try {
  execFileSync("git", ["clone", "-q", repository, checkout]);
  await killOften();
  await finish();
  repair();
  console.log("passed");
} finally {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function killOften() {
  for (let i = 0; i < times; ) {
    const signal = i % 2 ? "SIGTERM" : "SIGKILL";
    // In the first part that it works on, or in the one after it, so that there is some progress.
    const parts = Math.random() < 0.5 ? 1 : 2;
    const delay = 1000 * most * Math.random();
    const child = spawn(process.execPath, [elboLab, "setup"], {
      cwd: checkout,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    const ended = new Promise((resolve) => child.on("close", resolve));
    const titles = () => output.match(/^• /gm)?.length ?? 0;
    while (child.exitCode === null && titles() < parts) await wait(20);
    await Promise.race([wait(delay), ended]);
    const finished = child.exitCode !== null;
    child.kill(signal);
    await ended;
    const part = output.match(/^• .*$/gm)?.at(-1) ?? "nothing yet";
    const complaints = output.match(/^✗.*$/gm) ?? [];
    if (finished && child.exitCode !== 0) throw new Error(`a set-up failed by itself:\n${output}`);
    if (finished) {
      console.log("finished before it was to be killed, so all is removed");
      expectSuccess(["clean"]);
      continue;
    }
    i++;
    console.log(`${i}: ${signal} ${(delay / 1000).toFixed(1)} s into "${part}" ${complaints}`);
    // The next one begins at once, as an impatient user would; that the children are gone is looked at every other time.
    if (i % 2 === 0) continue;
    for (let patience = 100; processesOf().length > 0; patience--) {
      if (patience === 0) throw new Error(`processes that outlive the set-up:\n${processesOf().join("\n")}`);
      await wait(100);
    }
  }
}

function finish() {
  const start = Date.now();
  expectSuccess(["setup"]);
  console.log(`then it finishes, in ${((Date.now() - start) / 1000).toFixed(0)} s`);
  expectSuccess(["doctor"]);
  const left = [checkout, env.ELBO_LAB_CACHE ?? checkout].flatMap((place) =>
    fs.readdirSync(place).filter((name) => /partial|stale|lock-|report-/.test(name)),
  );
  if (left.length > 0) throw new Error(`left behind: ${left}`);
}

/** Breaks one thing after another; each time the doctor must see it, and `setup` must repair it. */
function repair() {
  const inside = (...names) => path.join(checkout, ...names);
  const sitePackages = () => {
    const lib = inside(".venv/lib");
    return path.join(
      lib,
      fs.readdirSync(lib).find((name) => name.startsWith("python")),
      "site-packages",
    );
  };
  const remove = (place) => fs.rmSync(place, { recursive: true });
  const damages = {
    "rm -rf node_modules/arquero": () => remove(inside("node_modules/arquero")),
    "rm node_modules/zod/index.js": () => remove(inside("node_modules/zod/index.js")),
    "rm dist/models/vae.js": () => remove(inside("dist/models/vae.js")),
    "an empty dist/index.js": () => fs.writeFileSync(inside("dist/index.js"), ""),
    "a .venv without its python": () => remove(inside(".venv/bin/python")),
    "a .venv without the folder of jupyterlab": () => remove(path.join(sitePackages(), "jupyterlab")),
    "a .venv that lacks one module": () => remove(path.join(sitePackages(), "jupyter_server/serverapp.py")),
    "an addon cut in half": () => {
      const addon = inside("node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node");
      fs.truncateSync(addon, 50_000);
    },
    "another kernelspec": () => fs.writeFileSync(inside(".venv/share/jupyter/kernels/tslab/kernel.json"), "{}"),
  };
  for (const [damage, make] of Object.entries(damages)) {
    make();
    const seen = call(["doctor"]);
    if (seen.status === 0) throw new Error(`the doctor does not see it: ${damage}\n${seen.stdout}`);
    expectSuccess(["setup"]);
    expectSuccess(["doctor"]);
    console.log(`repaired: ${damage}`);
  }
}

function call(args) {
  return spawnSync(process.execPath, [elboLab, ...args], { cwd: checkout, env, encoding: "utf8" });
}

function expectSuccess(args) {
  const { status, stdout, stderr } = call(args);
  if (status !== 0) throw new Error(`elbo-lab ${args} failed:\n${stdout}\n${stderr}`);
}
