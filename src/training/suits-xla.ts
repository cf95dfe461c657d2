import type { tf } from "../runtime/tensorflow";
import { threadsOf } from "../runtime/threads-of";

/** Parameters × steps per epoch from which on the second or two of compilation pay for themselves within a few epochs. */
const worthCompiling = 2e8;

/**
 * Whether XLA makes the training of a model faster on a CPU: it fuses element-wise work into few passes over memory, above
 * all the optimizer's over the parameters, but takes a second or two to compile, and its convolutions are slower than
 * TensorFlow's own (`npm run bench`; a kernel of rank 4 or 5 is a convolution's). It runs one op at a time with the threads of
 * an op, so that it leaves cores idle where ops have fewer of them than there are threads for ops (as in the kernel of
 * notebooks). The number of epochs plays no part, so that a fit that is resumed for more of them computes in the same way.
 */
export function suitsXla(variables: readonly tf.Variable[], stepsPerEpoch: number): boolean {
  if (threadsOf("TF_NUM_INTRAOP_THREADS") < threadsOf("TF_NUM_INTEROP_THREADS")) return false;
  const parameters = variables.reduce((sum, { size }) => sum + size, 0);
  return variables.every(({ rank }) => rank < 4) && parameters * stepsPerEpoch >= worthCompiling;
}
