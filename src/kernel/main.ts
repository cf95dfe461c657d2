import "./prepare-process";
import { startKernel } from "./start-kernel";

/** The kernel's command line, as the kernelspec gives it: `node main.js --config-path <connection file>`. */
const usage = "usage: node dist/kernel/main.js --config-path <connection file>";

const at = process.argv.indexOf("--config-path");
const connectionFile = at < 0 ? undefined : process.argv[at + 1];
if (connectionFile === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}
startKernel(connectionFile).catch((error: unknown) => {
  process.stderr.write(`elbo-lab kernel: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
