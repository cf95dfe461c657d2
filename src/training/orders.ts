import { jit } from "../jit/jit";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** The random orders in which epochs go through the data. */
export interface Orders {
  /** The order of an epoch: each index once. */
  of(epoch: number): Int32Array;
  dispose(): void;
}

/** @param compile whether to draw in a compiled graph, which gives the same orders */
export function ordersOf(root: Rng, size: number, compile: boolean): Orders {
  const key = tf.tidy(() => root.key);
  // The key is an argument, so that fits of other seeds share the graph.
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
