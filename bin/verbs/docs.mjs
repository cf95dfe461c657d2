import fs from "node:fs";
import path from "node:path";
import { apiFolder, writeApiReference } from "../setup/api-reference.mjs";
import { SetupError } from "../setup/error.mjs";
import { isCheckout, root } from "../setup/paths.mjs";
import { setup } from "../setup/setup.mjs";

/** Writes the API reference of everything that src/index.ts exports. */
export async function run() {
  if (!isCheckout) {
    throw new SetupError(
      "the API reference cannot be written here",
      "the published package does not include the sources",
      "run it in a checkout of the repository",
    );
  }
  await setup();
  await writeApiReference();
  const pages = fs.readdirSync(apiFolder, { recursive: true }).filter((name) => name.endsWith(".html"));
  console.log(`${path.relative(root, path.join(apiFolder, "index.html"))}: ${pages.length} pages`);
}
