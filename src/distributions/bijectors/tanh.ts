import { tf } from "../../runtime/tensorflow";
import { sumOver } from "../build-factorized";
import { belowOne } from "../positive";
import type { Support } from "../support";
import type { Bijector } from "./bijector";
import { buildBijector } from "./build-bijector";

const range: Support = {
  description: "numbers above −1 and below 1",
  contains: (x) => tf.less(tf.abs(x), 1),
};

/**
 * f(z) = tanh z, element by element. It maps real numbers to (−1, 1). Results that would round to ±1 become the nearest
 * float inside.
 */
export function tanhBijector(): Bijector {
  return buildBijector({
    name: "tanh",
    range,
    forward: (z) => tf.clipByValue(tf.tanh(z), -belowOne, belowOne),
    // artanh x = ½ log((1 + x)/(1 − x)) = ½ sign(x) log(1 + 2|x|/(1 − |x|)), which is accurate near 0.
    inverse: (x) => {
      const size = tf.minimum(tf.abs(x), belowOne);
      return tf.mul(tf.mul(tf.sign(x), tf.log1p(tf.div(size.mul(2), tf.sub(1, size)))), 0.5);
    },
    // f′ = 1 − tanh² z, and log(1 − tanh² z) = 2 (log 2 − z − softplus(−2z)).
    logDet: (z, eventRank) => sumOver(eventRank)(tf.sub(Math.LN2, tf.add(z, tf.softplus(tf.mul(z, -2)))).mul(2)),
  });
}
