import { SetupError } from "./error.mjs";

/** Node 20.19 is the first version that can `require` ES modules, which the packages of the notebooks need. */
export function checkNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `Node ${version} is too old`,
    "elbo-lab needs Node 20.19 or newer (20.19+, 22, 24 and 26 are tested)",
    "install a current Node, for example with your system's package manager or a version manager, and run this again",
  );
}
