import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../../../bin/setup/error.mjs";
import { withLock } from "../../../bin/setup/lock.mjs";
import { root, stateFolder } from "../../../bin/setup/paths.mjs";
import { ask, run, tail } from "../../../bin/setup/process.mjs";
import { say } from "../../../bin/setup/say.mjs";
import { contents, removeStamp, stampIsCurrent, writeStamp } from "../../../bin/setup/stamp.mjs";
import { makeVenv } from "../../../bin/setup/venv.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const venv = path.join(root, ".venv-peers");
const python = path.join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const torch = "torch==2.13.0";

/** The libraries to compare with. This folder has a pinned list of packages for each of them. */
export const peers = ["torch", "jax", "tensorflow"];

const key = (peer) => contents(path.join(here, `${peer}.txt`)) + torch + venv;
const stamp = (peer) => `peer-${peer}`;
const isMade = (peer) => fs.existsSync(python) && stampIsCurrent(stamp(peer), key(peer));

/** The Python of each peer that is already installed, by the peer's name. */
export const installedPeers = () => Object.fromEntries(peers.filter(isMade).map((peer) => [peer, python]));

/**
 * Installs peers into a separate Python environment. A peer that cannot be installed is reported as missing.
 *
 * @param {string[]} wanted
 * @returns {Promise<Record<string, {python: string} | {missing: string}>>}
 */
export async function makePeers(wanted) {
  const made = {};
  for (const peer of wanted) made[peer] = isMade(peer) ? { python } : await withLock(stateFolder, () => tryMake(peer));
  return made;
}

async function tryMake(peer) {
  try {
    say(`• ${peer}, for comparison`);
    removeStamp(stamp(peer));
    await makeEnvironment();
    if (peer === "torch") await installTorch();
    await pip(peer, ["install", "--require-hashes", "-r", path.join(here, `${peer}.txt`)]);
    await check(peer);
    writeStamp(stamp(peer), key(peer));
    return { python };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { missing: error.message };
  }
}

async function makeEnvironment() {
  if (ask(python, ["-m", "pip", "--version"]) !== undefined) return;
  await makeVenv(venv);
}

/**
 * PyTorch has no pinned hash, because its file depends on the Python version and the system. On Linux, the main package index has
 * the GPU build, with gigabytes of libraries that a CPU does not need. So a dry run first checks what pip would install.
 */
async function installTorch() {
  const report = path.join(venv, "torch.json");
  await pip("torch", ["install", "--dry-run", "--ignore-installed", "--quiet", "--report", report, torch]);
  const plan = JSON.parse(fs.readFileSync(report, "utf8")).install.map(({ metadata }) => metadata.name);
  if (plan.some((name) => /^(nvidia|cuda|triton)/.test(name))) {
    throw new SetupError(
      "PyTorch is left out",
      "pip's index offers only its build for GPUs, of several gigabytes",
      "set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU builds (its installation page names it) and run this again",
    );
  }
  await pip("torch", ["install", "--no-deps", torch]);
}

async function pip(peer, args) {
  const { status, output } = await run(python, ["-m", "pip", ...args, "--disable-pip-version-check"]);
  if (status === 0) return;
  const reason = output.split("\n").filter((line) => /^ERROR/.test(line));
  throw new SetupError(
    `pip could not install ${peer}`,
    reason.slice(0, 4).join("\n") || tail(output),
    "the benchmark continues without it; the pinned versions need Python 3.11 or newer",
  );
}

async function check(peer) {
  const { status, output } = await run(python, ["-c", `import ${peer}`]);
  if (status !== 0) throw new SetupError(`${peer} is installed, but does not load`, tail(output, 3), "see the reason");
}
