import { ArgumentError } from "../../runtime/argument-error";
import { tf } from "../../runtime/tensorflow";
import type { Bijector } from "./bijector";

/** Builds a bijector from its formulas: adds checks of arguments, and disposes of intermediate tensors. */
export function buildBijector(formulas: Bijector): Bijector {
  const { name, inverse } = formulas;
  return {
    ...formulas,
    forward(z) {
      checkPoints(`${name}.forward()`, "z", z);
      return tf.tidy(() => formulas.forward(z));
    },
    logDet(z, eventRank) {
      checkPoints(`${name}.logDet()`, "z", z);
      if (!(Number.isInteger(eventRank) && eventRank >= 0 && eventRank < z.rank)) {
        const accepted = `the number of event axes, a whole number from 0 to ${z.rank - 1}`;
        throw new ArgumentError(`${name}.logDet()`, "eventRank", eventRank, accepted);
      }
      return tf.tidy(() => formulas.logDet(z, eventRank));
    },
    ...(inverse && {
      inverse(x: tf.Tensor) {
        checkPoints(`${name}.inverse()`, "x", x);
        return tf.tidy(() => inverse(x));
      },
    }),
  };
}

function checkPoints(where: string, argument: string, points: tf.Tensor): void {
  if (points instanceof tf.Tensor && !points.isDisposed && points.dtype === "float32" && points.rank > 0) return;
  throw new ArgumentError(where, argument, points, "a float32 tensor of shape [batch, …event] or [n, batch, …event]");
}
