#!/usr/bin/env node
// The command line of elbo-lab. It uses only Node's built-in modules, because it runs before anything is installed.
import { checkNode } from "./setup/node.mjs";

const verbs = {
  setup: "install and build what is missing, try every part, repair what does not work",
  doctor: "try every part and say whether it works",
  lab: "set up, then open JupyterLab (options go to JupyterLab, e.g. --no-browser)",
  test: "set up, then run every check (--unit: the quick ones)",
  run: "run notebooks in a fresh kernel: run NOTEBOOK… [-p NAME=value]",
  kernel:
    "register the kernel with any Jupyter: kernel install|uninstall [--user | --sys-prefix | --prefix P] [--name N]",
  docs: "write the API reference into site/api",
  bench: "time a training step of this library and of other frameworks on this machine (--quick, --cases, --peers)",
  clean: "remove everything that set-up created in this folder (--cache: the shared download cache too)",
};

const [verb = "help", ...args] = process.argv.slice(2);
process.exitCode = await main();

async function main() {
  if (verb === "help" || verb === "--help" || verb === "-h") return usage(0);
  if (!Object.hasOwn(verbs, verb)) {
    console.error(`elbo-lab: there is no command "${verb}".`);
    return usage(2);
  }
  try {
    checkNode(process.versions.node);
    // Loaded after the check, so that an old Node prints the message instead of a syntax error.
    const { run } = await import(`./verbs/${verb}.mjs`);
    return (await run(args)) ?? 0;
  } catch (error) {
    if (error?.name !== "SetupError") throw error;
    console.error(`\n${error.message}`);
    return 1;
  }
}

function usage(code) {
  const width = Math.max(...Object.keys(verbs).map((name) => name.length));
  const lines = Object.entries(verbs).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`);
  (code ? console.error : console.log)(`usage: elbo-lab VERB [options]\n\n${lines.join("\n")}`);
  return code;
}
