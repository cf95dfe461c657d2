import { createRequire } from "node:module";
import util from "node:util";

/**
 * TensorFlow for Node, loaded without a word on stderr.
 *
 * @throws Error with the mend when the native library is missing or does not load.
 */
export const tf: typeof import("@tensorflow/tfjs-node") = load();

function load(): typeof import("@tensorflow/tfjs-node") {
  // TensorFlow reads these when its library is loaded; a value the user has set wins.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  process.env.ABSL_MIN_LOG_LEVEL ??= "3";
  restoreRemovedUtilities();
  try {
    const loaded: typeof import("@tensorflow/tfjs-node") = createRequire(__filename)("@tensorflow/tfjs-node");
    return loaded;
  } catch (cause) {
    throw new Error(
      `TensorFlow's native library did not load (Node ${process.version}, ${process.platform} ${process.arch}): ` +
        `${firstLine(cause)}\nTo mend it, run "npx elbo-lab setup"; "npx elbo-lab doctor" says what is missing.`,
      { cause },
    );
  }
}

/** Node 23 removed functions of `util` that tfjs-node 4.22 still calls. */
function restoreRemovedUtilities(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? "";
}
