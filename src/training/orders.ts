import { jit } from "../jit/jit";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** The random order of the examples in each epoch. */
export interface Orders {
  /** The order for one epoch: a permutation of the indices of all examples. */
  of(epoch: number): Int32Array;
  dispose(): void;
}

/** @param compile whether to draw the permutations in a compiled graph; the permutations are the same */
export function ordersOf(root: Rng, size: number, compile: boolean): Orders {
  const key = tf.tidy(() => root.key);
  // The key is an argument, so fits with different seeds share one graph.
  const draw = (of: tf.Tensor1D, epoch: tf.Scalar): tf.Tensor1D => rng(of).fold(epoch).permutation(size);
  const compiled = compile ? jit(draw, { name: "order" }) : undefined;
  return {
    of: (epoch) => tf.tidy(() => (compiled ?? draw)(key, tf.scalar(epoch, "int32")).dataSync<"int32">()),
    dispose() {
      compiled?.dispose();
      key.dispose();
    },
  };
}
