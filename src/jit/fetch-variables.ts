import type { tf } from "../runtime/tensorflow";
import { nativeBackend } from "./native-backend";
import { settleAll } from "./pending-data";

/**
 * Fetches the values of variables that are still in a compiled program, in one run of each program. Reading them one by one
 * gives the same values. But TensorFlow takes about 8 ms to prepare the first run for each new set of values.
 */
export function fetchVariables(variables: readonly tf.Variable[]): void {
  const { tensorMap } = nativeBackend();
  settleAll(variables.map(({ dataId }) => tensorMap.get(dataId)));
}
