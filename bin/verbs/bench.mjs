import fs from "node:fs";
import path from "node:path";
import { SetupError } from "../setup/error.mjs";
import { root } from "../setup/paths.mjs";
import { setup } from "../setup/setup.mjs";

const benchmark = path.join(root, "test/bench/main.mjs");

/** Times a training step of this library and of other frameworks on this machine; see test/bench/. */
export async function run(args) {
  if (!fs.existsSync(benchmark)) {
    throw new SetupError(
      "the benchmark is not available here",
      "the published package does not include the tests",
      "run it in a checkout of the repository",
    );
  }
  if (!args.includes("--help")) await setup();
  const { main } = await import("../../test/bench/main.mjs");
  return main(args);
}
