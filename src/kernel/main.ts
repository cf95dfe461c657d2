import "./process/prepare-process";

/** The kernel's command line, as the kernelspec gives it: `node main.js --config-path <connection file>`. */
const usage = "usage: node dist/kernel/main.js --config-path <connection file>";

async function main(): Promise<void> {
  const at = process.argv.indexOf("--config-path");
  const connectionFile = at < 0 ? undefined : process.argv[at + 1];
  if (connectionFile === undefined) {
    process.stderr.write(`${usage}\n`);
    process.exit(2);
  }
  try {
    // Loaded here, so that a missing or a wrong tslab is one line of text and no stack.
    const { serveKernel } = await import("./serve-kernel.js");
    await serveKernel(connectionFile);
  } catch (error) {
    process.stderr.write(`elbo-lab kernel: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

void main();
