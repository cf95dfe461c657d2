import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

/** Must run before anything else is loaded, also for cells that import `@tensorflow/tfjs-node` directly. */

// TensorFlow reads its log level when its library loads.
process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";

// The networks in notebooks are small. Splitting one op across all cores costs more in waiting than it gains, while ops that
// run side by side keep the cores busy. `node test/bench/op-threads.mjs` measures both.
process.env.TF_NUM_INTRAOP_THREADS ??= String(Math.max(1, availableParallelism() >> 1));

// tfjs-node 4.22 calls two functions of `util` that print a warning in Node 22 and were removed in Node 23. `require`
// returns the same object that tfjs-node will see.
const util = createRequire(__filename)("node:util") as Record<string, unknown>;
util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
util.isArray = Array.isArray;
