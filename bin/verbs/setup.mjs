import { SetupError } from "../setup/error.mjs";
import { isCheckout } from "../setup/paths.mjs";
import { setup } from "../setup/setup.mjs";

/**
 * Sets up what is missing, tries every part, and repairs what does not work. With `--notebooks`, this includes
 * JupyterLab and the kernel.
 */
export async function run(args) {
  const unknown = args.find((arg) => arg !== "--notebooks");
  if (unknown) throw new SetupError(`setup does not know ${unknown}`, "its only option is --notebooks", "omit it");
  await setup({ notebooks: args.includes("--notebooks"), thorough: true });
  const more = isCheckout || args.includes("--notebooks") ? "" : " (JupyterLab and its kernel: setup --notebooks)";
  console.log(`elbo-lab is set up, and every part has been tried.${more}`);
}
