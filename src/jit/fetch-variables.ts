import type { tf } from "../runtime/tensorflow";
import { nativeBackend } from "./native-backend";
import { settleAll } from "./pending-data";

/**
 * Fetches the values of variables that are still in a compiled program, all in one run of it. Reading them one by one
 * gives the same, but the first run for each set of values costs TensorFlow some 8 ms to prepare.
 */
export function fetchVariables(variables: readonly tf.Variable[]): void {
  const { tensorMap } = nativeBackend();
  settleAll(variables.map(({ dataId }) => tensorMap.get(dataId)));
}
