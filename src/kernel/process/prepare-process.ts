import { createRequire } from "node:module";

/** What must hold before anything else is loaded, also for cells that import `@tensorflow/tfjs-node` directly. */

// TensorFlow reads its log level when its library loads.
process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";

// Lets a compiled graph have threads of its own (src/jit/session-threads.ts).
process.env.TF_OVERRIDE_GLOBAL_THREADPOOL ??= "1";

// tfjs-node 4.22 calls two functions of `util` that warn in Node 22 and are gone in Node 23. `require` gives the very
// object that it will see.
const util = createRequire(__filename)("node:util") as Record<string, unknown>;
util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
util.isArray = Array.isArray;
