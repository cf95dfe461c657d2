import { availableParallelism } from "node:os";

/**
 * The threads that a variable of the environment (`TF_NUM_INTRAOP_THREADS` and its kin, which TensorFlow reads when it loads)
 * asks for; without a value, or with 0, it is one for every core.
 */
export const threadsOf = (variable: string): number => Number(process.env[variable]) || availableParallelism();
