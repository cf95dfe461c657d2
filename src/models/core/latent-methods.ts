import { checkData } from "../../distributions/check-data";
import type { Distribution } from "../../distributions/distribution";
import { supports } from "../../distributions/support";
import { seedRule } from "../../networks/network-rules";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { checkWholeNumber } from "../../runtime/check-value";
import { inBatches } from "../../runtime/in-batches";
import { type Rng, rng } from "../../runtime/rng";
import { oneOf } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { interpolateCodes } from "./interpolate-codes";

/** Methods for inspecting a model. They take any number of examples and use bounded memory. */
export interface LatentMethods {
  /** The codes of x [examples, …data]: [examples, latentDim]. */
  embed(x: tf.Tensor): tf.Tensor2D;
  /** The mean of p(x | z) at the code of x, with the shape of x. */
  reconstruct(x: tf.Tensor): tf.Tensor;
  /** Decodes `steps` points on the straight line between the codes of two examples [1, …data]: [steps, …data]. */
  interpolate(from: tf.Tensor, to: tf.Tensor, steps: number): tf.Tensor;
}

/** A model that can generate samples. */
export interface Sampler {
  /** Draws from the model, [n, …data]: codes from the prior, then the mean of p(x | z) (or a draw from it). */
  sample(n: number, options?: SampleOptions): tf.Tensor;
}

/** Options of `sample()`. */
export interface SampleOptions {
  /** Defaults to 0. */
  seed?: number;
  /** Whether to return the `"mean"` of p(x | z), which is smoother than the data, or a `"draw"`. Defaults to "mean". */
  values?: "mean" | "draw";
}

type Decode = (z: tf.Tensor) => Distribution;

const sampleSchema = optionsSchema<SampleOptions>({
  seed: seedRule.optional(),
  values: oneOf("mean", "draw").optional(),
});

/**
 * Creates `embed()`, `reconstruct()` and `interpolate()` of a model.
 *
 * @param code the code [batch, latentDim] of a batch
 */
export function latentMethods(
  dataShape: readonly number[],
  decode: Decode,
  code: (x: tf.Tensor) => tf.Tensor,
): LatentMethods {
  return {
    embed(x) {
      checkData("embed()", "x", x, dataShape, supports.real);
      return inBatches(x, code) as tf.Tensor2D;
    },
    reconstruct(x) {
      checkData("reconstruct()", "x", x, dataShape, supports.real);
      return inBatches(x, (part) => decode(code(part)).mean());
    },
    interpolate(from, to, steps) {
      return tf.tidy(() => decode(interpolateCodes(code(from), code(to), steps)).mean());
    },
  };
}

/**
 * Creates `sample()` of a model.
 *
 * @param draw draws codes, [n, latentDim]
 */
export function sampler(decode: Decode, draw: (rng: Rng, n: number) => tf.Tensor): Sampler["sample"] {
  return (n, options = {}) => {
    checkWholeNumber("sample()", "n", n);
    checkOptions("sample()", sampleSchema, options);
    const { seed = 0, values = "mean" } = options;
    return tf.tidy(() => {
      const [codes, pixels] = rng(seed).split(2) as [Rng, Rng];
      return inBatches(draw(codes, n), (z) => {
        const decoded = decode(z);
        return values === "draw" ? decoded.sample(pixels) : decoded.mean();
      });
    });
  };
}
