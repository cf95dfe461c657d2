import { displaySymbol } from "../display/mime-bundle";
import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import type { Normal } from "../distributions/normal";
import { oneHot } from "../distributions/one-hot";
import { perExample } from "../distributions/per-example";
import { supports } from "../distributions/support";
import { categoricalLikelihood } from "../likelihoods/categorical-likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import { networkRule } from "../networks/network-rules";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { inBatches } from "../runtime/in-batches";
import { type Rng, rng } from "../runtime/rng";
import { flag, nonNegative, sizes, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkGiven } from "./core/check-given";
import { conditionOf } from "./core/condition";
import { disposeOwn, once } from "./core/dispose-own";
import {
  checkExamples,
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type SampleOptions,
  trainableWeights,
  weights,
} from "./core/encoder-decoder";
import { encoderDecoderRules } from "./core/encoder-decoder-rules";
import { type LabelModel, labeledTerms, type UnlabeledTerms, unlabeledTerms } from "./core/label-terms";
import { type PredictionTarget, predictionTarget } from "./core/prediction-target";
import { showModel } from "./core/show-model";
import { summary } from "./core/summary";
import { checkInput, headOption, withHead } from "./core/with-head";
import { normalOf } from "./vae";

/** Options of `semiSupervisedVae()`. If you pass a `decoder` body, its input is z and the one-hot label, concatenated. */
export interface SemiSupervisedVaeOptions extends EncoderDecoderOptions {
  /**
   * The weight β of the rate of z, at least 0, unless `fit` receives a schedule `beta`; defaults to 1, which gives the
   * bound. Starting with a larger β keeps the style z from encoding the class.
   */
  beta?: number;
  /** The number of classes, at least 2; p(y) is uniform. */
  classes: number;
  /** The hidden widths of the default classifier; defaults to those of the encoder. */
  classifierHidden?: readonly number[];
  /**
   * The body of q(y | x), [batch, …data] → any shape; a linear head to the classes is added. You own it: `dispose()`
   * does not free it.
   */
  classifier?: tf.LayersModel;
  /**
   * Whether to add a linear head to the classifier. Defaults to true, unless the body already ends in a linear layer with exactly
   * one output per class.
   */
  classifierHead?: boolean;
  /**
   * The weight α of −log q(y | x) for the labeled example in a pair, at least 0, unless `fit` receives a schedule
   * `alpha`. Defaults to 0.1, as in the paper: it sums the bounds of all N examples and weights the mean over the labeled
   * examples by 0.1 N, which is 0.1 per example.
   */
  alpha?: number;
  /**
   * The weight of the bound of the labeled example in a pair, at least 0; defaults to 1. To count every labeled example
   * once, as in the paper, use the number of labeled examples divided by the number of unlabeled ones.
   */
  labeledWeight?: number;
}

/** A semi-supervised VAE, created by `semiSupervisedVae()`. Labels y are int32, [examples]. */
export interface SemiSupervisedVae extends EncoderDecoderModel {
  readonly classes: number;
  readonly classifier: tf.LayersModel;
  /** For `fit`: one phase, "elbo", on data `{x, labeledX, y}` from `pairWithLabeled()`. */
  readonly phases: readonly [Phase<"elbo", SemiSupervisedTerm>];
  /** q(y | x) for x [batch, …data]. The caller owns its tensors; use `tf.tidy`. */
  distribution(x: tf.Tensor, context?: NetworkContext): Distribution;
  /** q(z | x, y) for x [batch, …data] with one-hot labels [batch, classes]. The caller owns its tensors; use `tf.tidy`. */
  encode(x: tf.Tensor, y: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z, y) for z [batch, latentDim] with one-hot labels [batch, classes]. The caller owns its tensors; use `tf.tidy`. */
  decode(z: tf.Tensor, y: tf.Tensor, context?: NetworkContext): Distribution;
  /** The terms of the bound for x [batch, …data] without labels: the label is summed out. Each is [batch], in nats. */
  unlabeled(x: tf.Tensor, rng: Rng, training?: boolean): UnlabeledTerms;
  /** q(y | x) for x [examples, …data], [examples, classes]. */
  predict(x: tf.Tensor): tf.Tensor2D;
  /** The most probable class of x [examples, …data], int32 [examples]. */
  classify(x: tf.Tensor): tf.Tensor1D;
  /**
   * The mean of q(z | x, y) for x [examples, …data], with labels y or, without them, the most probable labels:
   * [examples, latentDim].
   */
  embed(x: tf.Tensor, y?: tf.Tensor1D): tf.Tensor2D;
  /** The mean of p(x | z, y) at that code, with the shape of x. */
  reconstruct(x: tf.Tensor, y?: tf.Tensor1D): tf.Tensor;
  /** One draw for each label, [examples, …data]: a code from N(0, I), then the mean of p(x | z, y) (or a draw of it). */
  sample(y: tf.Tensor1D, options?: SampleOptions): tf.Tensor;
}

/** The terms of the loss: those of the unlabeled examples, then those of the labeled ones. */
export type SemiSupervisedTerm = keyof UnlabeledTerms | "labeledLoss" | "taskLoss";

const schema = optionsSchema<SemiSupervisedVaeOptions>({
  ...encoderDecoderRules,
  beta: nonNegative.optional(),
  classes: wholeNumber(2),
  classifierHidden: sizes({ empty: true }).optional(),
  classifier: networkRule.optional(),
  classifierHead: flag.optional(),
  alpha: nonNegative.optional(),
  labeledWeight: nonNegative.optional(),
});

/**
 * The semi-supervised VAE "M2" (Kingma et al. 2014): a class y and a style z generate x, p(y) p(z) p(x | z, y), and q(y | x) is
 * a classifier that also learns from unlabeled examples. Training minimizes, in nats per pair of one unlabeled example x and
 * one labeled example (x', y'),
 *
 *     Σ_y q(y | x) L(x, y) − H(q(y | x))  +  L(x', y')  +  α · (−log q(y' | x')),
 *     L(x, y) = −E_q(z | x, y)[log p(x | z, y)] + KL(q(z | x, y) ‖ p(z)) − log p(y)
 *
 * (their equations 6 to 9). The sum over y is exact: the decoder is called once, with every example under every label. The
 * encoder sees each x once, without a label; each label then shifts the resulting mean and log-variance.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function semiSupervisedVae(options: SemiSupervisedVaeOptions): SemiSupervisedVae {
  const where = "semiSupervisedVae()";
  checkOptions(where, schema, options);
  const { classes } = options;
  const target = predictionTarget(where, "classes", categoricalLikelihood({ classes }), 1);
  const label = conditionOf("y", "label", [classes]);
  const sizesOfNetworks = { codes: 2 * options.latentDim, condition: classes, conditioned: "decoder" } as const;
  const networks = encoderDecoder(where, options, sizesOfNetworks);
  const { dataShape, latentDim, likelihood, encoder, decoder } = networks;
  const classifier = makeClassifier(where, options, dataShape);
  const shifts = tf.tidy(() => tf.variable(tf.zeros([classes, 2 * latentDim])));
  // Created here, because compiled steps cannot create tensors from numbers.
  const everyLabel = tf.tidy(() => tf.keep(tf.eye(classes)));

  const distribution: SemiSupervisedVae["distribution"] = (x, context = {}) => {
    checkShape("distribution()", "x", x, dataShape);
    return target.distribution(classifier.apply(x, { ...context }) as tf.Tensor2D);
  };
  const encode: SemiSupervisedVae["encode"] = (x, y, context) => {
    label.checkShape("encode()", y, x.shape[0]);
    return normalOf(tf.add(networks.encode(x, context), tf.matMul(y as tf.Tensor2D, shifts)));
  };
  const decode: SemiSupervisedVae["decode"] = (z, y, context) => {
    label.checkShape("decode()", y, z.shape[0]);
    return networks.decode(z, context, y);
  };
  const parts: LabelModel = { classes, networks, shifts, everyLabel, distribution, encode, decode };
  const trainable = () => [...networks.trainable(), shifts, ...trainableWeights(classifier)];

  const { predict, classify } = target.predictions(dataShape, distribution);
  /** One-hot labels: those passed in, or the most probable ones. */
  const labelsOf = (at: string, x: tf.Tensor, y: tf.Tensor1D | undefined): tf.Tensor => {
    checkData(at, "x", x, dataShape, supports.real);
    if (y !== undefined) target.check(at, { y }, x.shape[0] as number);
    return oneHot(y ?? classify(at, x).toInt(), classes);
  };
  const embed = (x: tf.Tensor, y: tf.Tensor): tf.Tensor2D => {
    const outputs = inBatches(x, (part) => networks.encode(part)) as tf.Tensor2D;
    return normalOf(tf.add(outputs, tf.matMul(y as tf.Tensor2D, shifts))).mean() as tf.Tensor2D;
  };

  return {
    ...networks.model("semiSupervisedVae", { ...options, classifier, classifierHead: false }),
    classes,
    classifier,
    phases: [semiSupervisedPhase(options, trainable, parts, target)],
    variables: () => [...networks.variables(), shifts, ...weights(classifier)],
    distribution,
    encode,
    decode,
    unlabeled: (x, stream, training = false) => unlabeledTerms(parts, x, stream, training),
    check(at, batch) {
      const fix = "Pass { x, labeledX, y }, as pairWithLabeled() makes them: data without labels, and labeled data.";
      checkGiven(at, batch, "labeledX", `a float32 tensor of shape [examples, ${dataShape}]`, fix);
      checkGiven(at, batch, "y", target.describe("examples"), fix);
      networks.check(at, batch);
      checkExamples(at, "labeledX", batch.labeledX as tf.Tensor, dataShape, likelihood);
      target.check(at, batch, (batch.labeledX as tf.Tensor).shape[0] as number);
    },
    predict: (x) => predict("predict()", x),
    classify: (x) => tf.tidy(() => classify("classify()", x)),
    embed: (x, y) => tf.tidy(() => embed(x, labelsOf("embed()", x, y))),
    reconstruct: (x, y) =>
      tf.tidy(() => {
        const rows = labelsOf("reconstruct()", x, y);
        return label.inBatches(embed(x, rows), rows, (z, part) => decode(z, part).mean());
      }),
    sample(y, { seed = 0, values = "mean" } = {}) {
      target.check("sample()", { y }, y?.size);
      return tf.tidy(() => {
        const [codes, pixels] = rng(seed).split(2) as [Rng, Rng];
        return label.inBatches(codes.normal([y.size, latentDim]), oneHot(y, classes), (z, part) => {
          const decoded = decode(z, part);
          return values === "draw" ? decoded.sample(pixels) : decoded.mean();
        });
      });
    },
    summary: () => summary(trainable(), { encoder, decoder, classifier }),
    [displaySymbol]() {
      return showModel(this, { prior: `N(0, I), ${classes} equally likely classes` });
    },
    dispose: once(() => {
      networks.dispose();
      disposeOwn(classifier, options.classifier);
      tf.dispose([shifts, everyLabel]);
    }),
  };
}

/** The network of q(y | x), [batch, …data] → [batch, classes]. */
function makeClassifier(
  where: string,
  options: SemiSupervisedVaeOptions,
  dataShape: readonly number[],
): tf.LayersModel {
  const { classes, classifier, hidden = [512], classifierHidden = hidden, seed = 0 } = options;
  // Separate streams, so the initial weights of the other networks do not depend on the classifier.
  const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
  const body = classifier ?? mlp({ inputs: dataShape, hidden: classifierHidden, seed: bodySeed });
  checkInput(where, "classifier", body, dataShape);
  const head = headOption(options.classifierHead, classifier);
  return withHead(`${where} classifier`, body, classes, head, headSeed, { option: "classifierHead" });
}

function semiSupervisedPhase(
  { beta = 1, alpha = 0.1, labeledWeight = 1 }: SemiSupervisedVaeOptions,
  trainable: () => tf.Variable[],
  model: LabelModel,
  target: PredictionTarget,
): SemiSupervisedVae["phases"][0] {
  return {
    name: "elbo",
    variables: trainable,
    inputs: ["x", "labeledX", "y"],
    schedules: { beta: nonNegative, alpha: nonNegative },
    loss(batch, { rng: stream, training, schedules }) {
      const [x, labeledX, y] = [batch.x, batch.labeledX, batch.y] as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [first, second, layers] = stream.split(3) as [Rng, Rng, Rng];
      const { distortion, rate, labelRate } = unlabeledTerms(model, x, first, training);
      const labeled = labeledTerms(model, labeledX, y, second, training);
      const taskLoss = target.loss(model.distribution(labeledX, { training, rng: layers }), { y }, training);
      const rateWeight = schedules.beta ?? beta;
      const cost = weightedSum([
        [1, distortion],
        [rateWeight, rate],
        [1, labelRate],
        [labeledWeight, labeled.distortion],
        [tf.mul(labeledWeight, rateWeight) as tf.Scalar, labeled.rate],
        [schedules.alpha ?? alpha, taskLoss],
      ]);
      // L(x', y'), with −log p(y') = log K, a constant that the cost omits.
      const labeledLoss = perExample(tf.add(tf.add(labeled.distortion, labeled.rate), Math.log(model.classes)));
      const bound = weightedSum([
        [-1, distortion],
        [-1, rate],
        [-1, labelRate],
        [-1, labeledLoss],
      ]);
      const terms = { distortion, rate, labelRate, labeledLoss, taskLoss };
      return { loss: minimize(meanOverBatch(cost)), terms, bound };
    },
  };
}
