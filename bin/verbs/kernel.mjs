import { installKernel, parseKernelArguments, uninstallKernel } from "../setup/registered-kernel.mjs";
import { setup } from "../setup/setup.mjs";

/**
 * Registers this kernel with the other Jupyter installations of the machine, or removes what it has registered:
 * `--user` (the default) for the user, `--sys-prefix` in the active Python environment, `--prefix P` in another one.
 */
export async function run(args) {
  const request = parseKernelArguments(args);
  if (request.action === "uninstall") return uninstallKernel(request);
  await setup({ notebooks: true });
  return installKernel(request);
}
