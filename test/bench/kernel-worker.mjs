// The library's row in the notebook kernel. A real kernel executes every command as a cell.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const load = createRequire(import.meta.url);
const { startKernel } = load("../../dist/notebook/kernel-client.js");
const { kernelCommand } = load("../../dist/notebook/project.js");

const row = fileURLToPath(new URL("library-row.mjs", import.meta.url));
const kernel = await startKernel({ command: kernelCommand(), cwd: fileURLToPath(new URL("../..", import.meta.url)) });
try {
  await run(`const { answer } = await import(${JSON.stringify(row)});`);
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(await run(`console.log(await answer(${JSON.stringify(line)}));`));
  }
} finally {
  await kernel.shutdown();
}

/** Executes a cell. @param {string} code @returns {Promise<string>} what the cell wrote to stdout */
async function run(code) {
  const { reply, messages } = await kernel.execute(code).done;
  if (reply.content.status !== "ok") throw new Error(`${reply.content.ename}: ${reply.content.evalue}`);
  const texts = messages.filter(({ header, content }) => header.msg_type === "stream" && content.name === "stdout");
  return texts.map(({ content }) => content.text).join("");
}
