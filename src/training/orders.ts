import { jitLoop } from "../jit/jit-loop";
import { readValues } from "../runtime/read-values";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** The random order of the examples in each epoch. */
export interface Orders {
  /** The order for one epoch: a permutation of the indices of all examples. */
  of(epoch: number): Int32Array;
  dispose(): void;
}

/** From this many epochs on, it is faster to compile the graph that shuffles the examples. */
const worthCompiling = 20;

/** One call draws at most this many permutations, and about this many indices in all. */
const mostOrders = 64;
const mostIndices = 2 ** 18;

/**
 * @param size examples per epoch
 * @param epochs the number of epochs; when there are many, one call draws the permutations of several epochs. They are the same
 *   permutations
 * @param compile whether graphs may be compiled
 */
export function ordersOf(root: Rng, size: number, epochs: number, compile: boolean): Orders {
  const key = tf.tidy(() => root.key);
  // The key is an argument, so fits with different seeds share one graph.
  const draw = (of: tf.Tensor, epoch: tf.Tensor): tf.Tensor1D =>
    rng(of as tf.Tensor1D)
      .fold(epoch as tf.Scalar)
      .permutation(size);
  if (!compile || epochs < worthCompiling) {
    return {
      of: (epoch) => readValues<"int32">(() => draw(key, tf.scalar(epoch, "int32"))),
      dispose: () => key.dispose(),
    };
  }
  const room = Math.max(1, Math.min(mostOrders, epochs, Math.floor(mostIndices / size)));
  const loop = jitLoop(draw, { name: "orders" });
  /** The first epoch of the last block, and the permutations of its epochs one after the other. */
  let first = 0;
  let block: Int32Array = new Int32Array();
  return {
    of(epoch) {
      const at = (epoch - first) * size;
      if (at >= 0 && at < block.length) return block.subarray(at, at + size);
      first = epoch;
      block = readValues<"int32">(() => {
        const numbers = tf.range(epoch, epoch + room, 1, "int32");
        return loop(room, tf.tile(key.expandDims(0), [room, 1]), numbers);
      });
      return block.subarray(0, size);
    },
    dispose() {
      loop.dispose();
      key.dispose();
    },
  };
}
