import path from "node:path";
import { advice } from "./advice.mjs";
import { SetupError } from "./error.mjs";
import { pipWheel } from "./pip.mjs";
import { ask, run, tail } from "./process.mjs";
import { findPython } from "./python.mjs";

/** Creates a Python environment with only pip. If Python has no pip (Debian without python3-venv), pip comes from a wheel. */
export async function makeVenv(folder) {
  const { command } = findPython();
  const hasPip = ask(command, ["-c", "import ensurepip; print('ok')"]) === "ok";
  const made = await run(command, ["-m", "venv", "--clear", ...(hasPip ? [] : ["--without-pip"]), folder]);
  if (made.status !== 0) {
    const reason = tail(made.output);
    throw new SetupError(`${command} could not make a virtual environment`, reason, advice(made.output));
  }
  if (hasPip) return;
  const wheel = await pipWheel();
  const python = path.join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const install = [path.join(wheel, "pip"), "install", "--no-index", "--no-deps", "--disable-pip-version-check", wheel];
  const { status, output } = await run(python, install);
  if (status !== 0) throw new SetupError("pip could not be installed from its wheel", tail(output), advice(output));
}
