import { createRequire } from "node:module";

/** Must run before anything else is loaded, also for cells that import `@tensorflow/tfjs-node` directly. */

// TensorFlow reads its log level when its library loads.
process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";

// Lets a compiled graph have threads of its own (src/jit/session-threads.ts).
process.env.TF_OVERRIDE_GLOBAL_THREADPOOL ??= "1";

// tfjs-node 4.22 calls two functions of `util` that print a warning in Node 22 and were removed in Node 23. `require`
// returns the same object that tfjs-node will see.
const util = createRequire(__filename)("node:util") as Record<string, unknown>;
util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
util.isArray = Array.isArray;
