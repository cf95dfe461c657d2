import { executeOp } from "../runtime/execute-op";
import { tf } from "../runtime/tensorflow";
import type { Parameter } from "./parameters";

/** log Γ(x) for x > 0, element by element; its derivative is `digamma`. */
export function logGamma(x: Parameter): tf.Tensor {
  return unary(
    x,
    (input) => executeOp("Lgamma", { T: "float32" }, [input]),
    (input) => digamma(input),
  );
}

/** ψ(x) = d log Γ(x)/dx for x > 0, element by element. */
export function digamma(x: Parameter): tf.Tensor {
  return unary(
    x,
    (input) => executeOp("Digamma", { T: "float32" }, [input]),
    (input) => polygamma(1, input),
  );
}

/** The derivative of order n of ψ. */
function polygamma(n: number, x: tf.Tensor): tf.Tensor {
  return unary(
    x,
    (input) => tf.tidy(() => executeOp("Polygamma", { T: "float32" }, [tf.fill(input.shape, n), input])),
    (input) => polygamma(n + 1, input),
  );
}

/** An element-wise function with its derivative. */
function unary(x: Parameter, value: (x: tf.Tensor) => tf.Tensor, derivative: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    (save as (saved: tf.Tensor[]) => void)([input as tf.Tensor]);
    return {
      value: value(input as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, derivative(saved[0] as tf.Tensor)),
    };
  })(typeof x === "number" ? tf.scalar(x) : x);
}
