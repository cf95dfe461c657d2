import type { tf } from "../runtime/tensorflow";

/**
 * Whether XLA makes a model's steps faster on a CPU: it fuses element-wise work into few passes, but its convolutions are
 * slower than TensorFlow's own (`npm run bench`). A kernel of rank 4 or 5 is a convolution's.
 */
export const suitsXla = (variables: readonly tf.Variable[]): boolean => variables.every(({ rank }) => rank < 4);
