import "./process/prepare-process";

/** The kernel's command line, as in the kernelspec: `node main.js --config-path <connection file>`. */
const usage = "usage: node dist/kernel/main.js --config-path <connection file>";

async function main(): Promise<void> {
  const at = process.argv.indexOf("--config-path");
  const connectionFile = at < 0 ? undefined : process.argv[at + 1];
  if (connectionFile === undefined) {
    process.stderr.write(`${usage}\n`);
    process.exit(2);
  }
  try {
    // Loaded here, so that a missing or wrong tslab gives one line of text instead of a stack trace.
    const { serveKernel } = await import("./serve-kernel.js");
    await serveKernel(connectionFile);
  } catch (error) {
    process.stderr.write(`elbo-lab kernel: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

void main();
