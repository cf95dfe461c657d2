import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * Must run before tfjs-node is imported: silences logs, restores functions that newer versions of Node removed, and
 * makes load errors readable.
 */

// TensorFlow reads this once, when its library is loaded. A value set by the user takes precedence.
process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";

// Gives each session its own threads, instead of those of the first session (src/jit/session-threads.ts).
process.env.TF_OVERRIDE_GLOBAL_THREADPOOL ??= "1";

// Node 23 removed functions of `util` that tfjs-node 4.22 still calls; earlier versions print a warning instead. `require`
// returns the same object that tfjs-node will see.
const load = createRequire(__filename);
const legacyUtil = load("node:util") as Record<string, unknown>;
legacyUtil.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
legacyUtil.isArray = Array.isArray;

interface StderrGuard {
  mute(): void;
  unmute(): void;
}

const guard = stderrGuard();
try {
  guard?.mute();
  load("@tensorflow/tfjs-node");
} catch (cause) {
  const reason = String(cause instanceof Error ? cause.message : cause).split("\n", 1)[0];
  throw new Error(
    `TensorFlow's native library did not load (Node ${process.version}, ${process.platform} ${process.arch}): ${reason}\n` +
      'To fix it, run "npx elbo-lab setup"; "npx elbo-lab doctor" says what is missing.',
    { cause },
  );
} finally {
  guard?.unmute();
}

/**
 * The library prints before its log level takes effect. To prevent this, set-up compiles a guard (stderr-guard.c) next
 * to the addon.
 */
function stderrGuard(): StderrGuard | undefined {
  if (process.env.TF_CPP_MIN_LOG_LEVEL !== "3") return undefined;
  try {
    const folder = path.dirname(load.resolve("@tensorflow/tfjs-node/package.json"));
    const file = path.join(folder, "lib/napi-v8/stderr_guard.node");
    return existsSync(file) ? (load(file) as StderrGuard) : undefined;
  } catch {
    return undefined; // The package itself is missing; the load below reports it.
  }
}
