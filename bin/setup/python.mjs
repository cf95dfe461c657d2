import { SetupError } from "./error.mjs";
import { ask } from "./process.mjs";

const oldest = [3, 10];

/**
 * Finds a Python that is new enough. Its modules `ensurepip` and `pip` are not needed. `ELBO_LAB_PYTHON` names a
 * preferred Python.
 */
export function findPython() {
  const { ELBO_LAB_PYTHON: chosen } = process.env;
  const candidates = chosen ? [chosen] : ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];
  const seen = [];
  for (const command of candidates) {
    const version = ask(command, ["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"]);
    if (!version) continue;
    const [major, minor] = version.split(".").map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      seen.push(`${command} is ${version}`);
    } else if (ask(command, ["-c", "import venv, zipfile, ssl; print('ok')"]) !== "ok") {
      seen.push(`${command} ${version} lacks modules of the standard library (venv, zipfile or ssl)`);
    } else return { command, version };
  }
  throw new SetupError(
    "no suitable Python was found",
    seen.length ? seen.join("; ") : `none of ${candidates.join(", ")} can be run`,
    "install Python 3.10 or newer (on Debian and Ubuntu: apt install python3), or name one: " +
      "ELBO_LAB_PYTHON=/path/to/python3",
  );
}
