import { factsBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { readValues } from "../../runtime/read-values";
import { type Rng, rng } from "../../runtime/rng";
import { checkedElsewhere, positive, seedNumber, within } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";

/** Options of `addOutliers()`. */
export interface AddOutliersOptions {
  /** The share of the examples to replace, in [0, 1]. */
  rate: number;
  /**
   * The replacement: `"noise"` draws each feature uniformly between its smallest and largest value (for images, random
   * pixels); `"extreme"` puts each feature `deviations` standard deviations above or below its mean; a tensor of foreign
   * examples, [any, …], is sampled (images of another class or data set).
   */
  as: "noise" | "extreme" | tf.Tensor;
  /** The distance of an `"extreme"` feature from its mean, in standard deviations; defaults to 10. */
  deviations?: number;
  /** Seed of the choice and of the draws; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<AddOutliersOptions>({
  rate: within(0, 1),
  as: checkedElsewhere,
  deviations: positive.optional(),
  seed: seedNumber.optional(),
});

/** Data with outliers. Has a display in a cell. */
export interface WithOutliers {
  /** The data, [examples, …], where the examples at `outliers` have been replaced. */
  readonly x: tf.Tensor;
  /** The indices of the outliers, int32, ascending. */
  readonly outliers: Int32Array;
}

/**
 * Replaces examples with outliers, following the contamination model of Huber (1964). The number of outliers is rate · examples,
 * rounded. For the same seed, the outliers at a lower rate are also outliers at every higher rate.
 *
 * @param x float32 [examples, …]
 * @throws ArgumentError for x that is not float32, options out of range, and foreign examples of another shape
 */
export function addOutliers(x: tf.Tensor, options: AddOutliersOptions): WithOutliers {
  if (!(x instanceof tf.Tensor && x.dtype === "float32" && x.rank >= 2)) {
    throw new ArgumentError(where, "x", x, "a float32 tensor of shape [examples, …]");
  }
  checkOptions(where, schema, options);
  const { rate, as, deviations = 10, seed = 0 } = options;
  checkKind(x, as);
  const [examples] = x.shape as [number];
  const count = Math.round(rate * examples);
  const [places, draws] = rng(seed).split(2) as [Rng, Rng];
  const order = readValues<"int32">(() => places.permutation(examples));
  const outliers = order.slice(0, count).sort();
  if (count === 0) return withDisplay({ x: x.clone(), outliers }, show);
  // An outlier is drawn for every example, so an example gets the same outlier at every rate.
  const sources = new Int32Array(examples).map((_, i) => i);
  for (const i of outliers) sources[i] = examples + i;
  const mixed = tf.tidy(() =>
    tf.gather(tf.concat([x, outliersLike(x, as, deviations, draws)]), tf.tensor1d(sources, "int32")),
  );
  return withDisplay({ x: mixed, outliers }, show);
}

const show = ({ x, outliers }: WithOutliers) =>
  factsBundle("Data with outliers", { x: `[${x.shape.join(", ")}]`, outliers: outliers.length });

const where = "addOutliers()";

function outliersLike(x: tf.Tensor, as: AddOutliersOptions["as"], deviations: number, draws: Rng): tf.Tensor {
  if (as instanceof tf.Tensor) {
    const [examples] = x.shape as [number];
    const [foreign] = as.shape as [number];
    return tf.gather(as, draws.uniform([examples]).mul(foreign).floor().toInt());
  }
  if (as === "noise") {
    const low = x.min(0, true);
    return draws.uniform(x.shape).mul(x.max(0, true).sub(low)).add(low);
  }
  const { mean, variance } = tf.moments(x, 0, true);
  const signs = draws.uniform(x.shape).round().mul(2).sub(1);
  return mean.add(variance.sqrt().mul(signs).mul(deviations));
}

function checkKind(x: tf.Tensor, as: AddOutliersOptions["as"]): void {
  if (as === "noise" || as === "extreme") return;
  const shape = x.shape.slice(1);
  const fits = as instanceof tf.Tensor && as.dtype === "float32" && String(as.shape.slice(1)) === String(shape);
  if (fits && (as.shape[0] as number) > 0) return;
  throw new ArgumentError(where, "as", as, `"noise", "extreme" or a float32 tensor of shape [any, ${shape}]`);
}
