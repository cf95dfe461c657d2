import { availableParallelism } from "node:os";

/**
 * The number of threads set by an environment variable, such as `TF_NUM_INTRAOP_THREADS`, which TensorFlow reads when it
 * loads. If the variable is unset or 0, one thread per core.
 */
export const threadsOf = (variable: string): number => Number(process.env[variable]) || availableParallelism();
