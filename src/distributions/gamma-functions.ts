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

/**
 * δ(x) = log Γ(x) − [(x − ½) log x − x + ½ log 2π] for x > 0, the error of Stirling's formula: about 1/(12x).
 *
 * Differences of log Γ at large arguments suffer from cancellation: at 10⁶, float32 errors reach whole nats. With log Γ
 * written as Stirling's formula plus δ, the large terms cancel analytically.
 */
export const stirlingError = (x: Parameter): tf.Tensor => stirlingDerivative(0, x);

/** δ′(x) = ψ(x) − log x + 1/(2x) for x > 0, the derivative of `stirlingError`. */
export const digammaError = (x: Parameter): tf.Tensor => stirlingDerivative(1, x);

/** The n-th derivative of δ. */
function stirlingDerivative(n: number, x: Parameter): tf.Tensor {
  return unary(
    x,
    (input) =>
      tf.tidy(() => {
        const isSmall = tf.less(input, seriesFrom);
        const small = stirlingDifference(n, tf.minimum(input, seriesFrom));
        return tf.where(isSmall, small, stirlingSeries(n, tf.maximum(input, seriesFrom)));
      }),
    (input) => stirlingDerivative(n + 1, input),
  );
}

/** For arguments from here on, the series has float32 accuracy. */
const seriesFrom = 4;

/** The definition, for small arguments, where no large terms cancel. */
function stirlingDifference(n: number, x: tf.Tensor): tf.Tensor {
  if (n === 0) {
    const formula = tf.sub(tf.mul(tf.sub(x, 0.5), tf.log(x)), tf.sub(x, 0.5 * Math.log(2 * Math.PI)));
    return tf.sub(logGamma(x), formula);
  }
  if (n === 1) return tf.add(tf.sub(digamma(x), tf.log(x)), tf.div(0.5, x));
  // The derivatives of order k of log x and of 1/(2x) are −(−1)ᵏ (k−1)! x^−k and (−1)ᵏ k! x^(−k−1)/2.
  const k = n - 1;
  const sign = k % 2 === 0 ? 1 : -1;
  const logarithm = tf.mul(tf.pow(x, -k), sign * factorial(k - 1));
  const reciprocal = tf.mul(tf.pow(x, -k - 1), (sign * factorial(k)) / 2);
  return tf.addN([polygamma(k, x), logarithm, reciprocal]);
}

/** Stirling's series 1/(12x) − 1/(360x³) + 1/(1260x⁵) − …, differentiated n times. */
function stirlingSeries(n: number, x: tf.Tensor): tf.Tensor {
  const terms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188].map((coefficient, i) => {
    let [factor, power] = [coefficient, -1 - 2 * i];
    for (let derived = 0; derived < n; derived++) factor *= power--;
    return tf.mul(tf.pow(x, power), factor);
  });
  return tf.addN(terms);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** The n-th derivative of ψ. */
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
