import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { kl } from "../distributions/kl";
import type { Normal } from "../distributions/normal";
import { oneHot } from "../distributions/one-hot";
import { type PerExample, perExample } from "../distributions/per-example";
import { standardNormal } from "../distributions/standard-normal";
import { supports } from "../distributions/support";
import { categoricalLikelihood } from "../likelihoods/categorical-likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import { checkWeight } from "../objectives/check-weight";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { weightedSum } from "../objectives/weighted-sum";
import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { inBatches } from "../runtime/in-batches";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { checkBeta, type VaeTerms } from "./core/elbo-phase";
import {
  type EncoderDecoderModel,
  type EncoderDecoderOptions,
  encoderDecoder,
  type SampleOptions,
  trainableWeights,
  weights,
} from "./core/encoder-decoder";
import { predictionTarget } from "./core/prediction-target";
import { summary } from "./core/summary";
import { checkInput, withHead } from "./core/with-head";
import { normalOf } from "./vae";

/** Options of `semiSupervisedVae()`. The body of a `decoder` of your own takes z and the label, one-hot, side by side. */
export interface SemiSupervisedVaeOptions extends EncoderDecoderOptions {
  /**
   * The weight β of the rate of z, of at least 0, unless `fit` is given a schedule `beta`; defaults to 1, the bound. A fit
   * that begins with more keeps the style from saying what the label is there for.
   */
  beta?: number;
  /** The number of classes, at least 2; p(y) is the same for each. */
  classes: number;
  /** The hidden widths of the classifier that is made when none is given; defaults to those of the encoder. */
  classifierHidden?: readonly number[];
  /** The body of q(y | x), [batch, …data] → any shape; a linear head to the classes is added. */
  classifier?: tf.LayersModel;
  /** Set to false where the classifier itself ends in the classes' log-probabilities; defaults to true. */
  classifierHead?: boolean;
  /**
   * The weight α of −log q(y | x) of the labeled example in a pair, of at least 0, unless `fit` is given a schedule `alpha`.
   * The paper weighs the mean over the labeled examples by 0.1 N where the bounds of all N examples are summed: per
   * example that is 0.1, the default.
   */
  alpha?: number;
  /**
   * The weight of the bound of the labeled example in a pair, of at least 0; defaults to 1. To count every labeled
   * example once, as the paper does, give the number of labeled examples over that of the others.
   */
  labeledWeight?: number;
}

/** A semi-supervised VAE; made by `semiSupervisedVae()`. Labels y are int32, [examples]. */
export interface SemiSupervisedVae extends EncoderDecoderModel {
  readonly classes: number;
  readonly classifier: tf.LayersModel;
  /** What `fit` needs: one phase, "elbo", on data `{x, labeledX, y}` as `pairWithLabeled()` gives them. */
  readonly phases: readonly [Phase<"elbo", SemiSupervisedTerm>];
  /** q(y | x) of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  distribution(x: tf.Tensor, context?: NetworkContext): Distribution;
  /** q(z | x, y) of x [batch, …data] with one-hot labels [batch, classes]; its tensors are the caller's, for `tf.tidy`. */
  encode(x: tf.Tensor, y: tf.Tensor, context?: NetworkContext): Normal;
  /** p(x | z, y) of z [batch, latent] with one-hot labels [batch, classes]; its tensors are the caller's, for `tf.tidy`. */
  decode(z: tf.Tensor, y: tf.Tensor, context?: NetworkContext): Distribution;
  /** What the model says of x [batch, …data] without a label: the label is summed out. */
  unlabeled(x: tf.Tensor, rng: Rng, training?: boolean): UnlabeledTerms;
  /** q(y | x) of x [examples, …data], [examples, classes]. */
  predict(x: tf.Tensor): tf.Tensor2D;
  /** The most probable class of x [examples, …data], int32 [examples]. */
  classify(x: tf.Tensor): tf.Tensor1D;
  /** The mean of q(z | x, y) of x [examples, …data] at the labels y, or at the most probable ones: [examples, latent]. */
  embed(x: tf.Tensor, y?: tf.Tensor1D): tf.Tensor2D;
  /** The mean of p(x | z, y) at that code, of the shape of x. */
  reconstruct(x: tf.Tensor, y?: tf.Tensor1D): tf.Tensor;
  /** One draw for each label, [examples, …data]: a code from N(0, I), then the mean of p(x | z, y) (or a draw of it). */
  sample(y: tf.Tensor1D, options?: SampleOptions): tf.Tensor;
}

/** The terms of the loss: those of the examples without a label, then those of the labeled ones. */
export type SemiSupervisedTerm = keyof UnlabeledTerms | "labeledLoss" | "taskLoss";

/** −U(x) in three parts, per example in nats. */
export interface UnlabeledTerms {
  /** Σ_y q(y | x) · −log p(x | z, y), z ~ q(z | x, y) */
  readonly distortion: PerExample;
  /** Σ_y q(y | x) KL(q(z | x, y) ‖ p(z)) */
  readonly rate: PerExample;
  /** KL(q(y | x) ‖ p(y)) */
  readonly labelRate: PerExample;
}

/**
 * The semi-supervised VAE "M2" (Kingma et al. 2014): a class y and a style z make x, p(y) p(z) p(x | z, y), and q(y | x) is a
 * classifier, which learns from the images without labels too. Training minimizes, in nats per pair of an example without
 * a label and one with,
 *
 *     Σ_y q(y | x) L(x, y) − H(q(y | x))  +  L(x', y')  +  α · (−log q(y' | x')),
 *     L(x, y) = −E_q(z | x, y)[log p(x | z, y)] + KL(q(z | x, y) ‖ p(z)) − log p(y)
 *
 * (their equations 6 to 9). The sum over y is exact: one call of the decoder with every image under every label. The encoder
 * sees the image alone, once, and each label shifts the mean and the log-variance that it gives.
 *
 * @throws ArgumentError for shapes that do not fit, and options out of range
 */
export function semiSupervisedVae(options: SemiSupervisedVaeOptions): SemiSupervisedVae {
  const where = "semiSupervisedVae()";
  const {
    classes,
    beta = 1,
    alpha = 0.1,
    labeledWeight = 1,
    hidden = [512],
    classifierHidden = hidden,
    seed = 0,
  } = options;
  const labels = predictionTarget(where, "classes", categoricalLikelihood({ classes }), 1);
  checkBeta(where, beta);
  checkWeight(where, "alpha", alpha);
  checkWeight(where, "labeledWeight", labeledWeight);
  checkSizes(where, "classifierHidden", classifierHidden, { empty: true });
  const wiring = { codes: 2 * options.latentDim, condition: classes, conditioned: "decoder" } as const;
  const networks = encoderDecoder(where, options, wiring);
  const { dataShape, latentDim, likelihood, encoder, decoder } = networks;
  // Streams of its own, so that the other networks begin with the same weights whatever the classifier.
  const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
  const body = options.classifier ?? mlp({ inputs: dataShape, hidden: classifierHidden, seed: bodySeed });
  checkInput(where, "classifier", body, dataShape);
  const classifier = withHead(`${where} classifier`, body, classes, options.classifierHead ?? true, headSeed);
  /** What each label adds to the encoder's outputs, [classes, 2 · latent]. */
  const shifts = tf.tidy(() => tf.variable(tf.zeros([classes, 2 * latentDim])));
  /** One row for each label; made here, since compiled steps make no tensors from numbers. */
  const eye = tf.tidy(() => tf.keep(tf.eye(classes)));
  const prior = standardNormal([latentDim]);

  const variables = () => [...networks.variables(), shifts, ...weights(classifier)];
  const trainable = () => [...networks.trainable(), shifts, ...trainableWeights(classifier)];
  const checkLabels = (at: string, y: tf.Tensor, examples: number | undefined): void => {
    checkShape(at, "y", y, [classes]);
    if (y.shape[0] === examples) return;
    throw new ArgumentError(at, "y", y.shape, `of shape [${examples}, ${classes}], one label per example`);
  };
  const distribution: SemiSupervisedVae["distribution"] = (x, context = {}) => {
    checkShape("distribution()", "x", x, dataShape);
    return labels.distribution(classifier.apply(x, { ...context }) as tf.Tensor2D);
  };
  const encode: SemiSupervisedVae["encode"] = (x, y, context) => {
    checkLabels("encode()", y, x.shape[0]);
    return normalOf(tf.add(networks.encode(x, context), tf.matMul(y as tf.Tensor2D, shifts)));
  };
  const decode: SemiSupervisedVae["decode"] = (z, y, context) => {
    checkLabels("decode()", y, z.shape[0]);
    return networks.decode(z, context, y);
  };

  /** −log p(x | z, y) and KL(q(z | x, y) ‖ p(z)) under every label, each [batch · classes], the labels of an example together. */
  const underEveryLabel = (x: tf.Tensor, draws: Rng, context: NetworkContext) => {
    const batch = x.shape[0] as number;
    const rows = batch * classes;
    const outputs = tf.add(networks.encode(x, context).expandDims(1), shifts).reshape([rows, 2 * latentDim]);
    const posterior = normalOf(outputs as tf.Tensor2D);
    const everyLabel = tf.tile(eye, [batch, 1]);
    const decoded = decode(posterior.sample(draws), everyLabel, context);
    const tiled = tf.tile(x.expandDims(1), [1, classes, ...dataShape.map(() => 1)]).reshape([rows, ...dataShape]);
    // What the likelihood sets in closed form it sets by the labeled examples, not by wrong labels.
    return { distortion: networks.distortion(tiled, decoded, false), rate: kl(posterior, prior) };
  };
  const unlabeled = (x: tf.Tensor, stream: Rng, training = false): UnlabeledTerms => {
    const [draws, layers] = stream.split(2) as [Rng, Rng];
    const context = { training, rng: layers };
    const q = distribution(x, context);
    const probabilities = q.mean();
    const { distortion, rate } = underEveryLabel(x, draws, context);
    const expected = (term: tf.Tensor) =>
      perExample(tf.sum(tf.mul(probabilities, term.reshape(probabilities.shape)), 1));
    // KL(q(y | x) ‖ uniform) = log K − H.
    const labelRate = perExample(tf.sub(Math.log(classes), q.entropy()));
    return { distortion: expected(distortion), rate: expected(rate), labelRate };
  };
  /** L(x, y) − log K of the labeled examples, in its two parts. */
  const labeled = (x: tf.Tensor, y: tf.Tensor, stream: Rng, training: boolean): VaeTerms => {
    const [draws, layers] = stream.split(2) as [Rng, Rng];
    const context = { training, rng: layers };
    const given = oneHot(y, classes);
    const posterior = encode(x, given, context);
    const decoded = decode(posterior.sample(draws), given, context);
    return { distortion: networks.distortion(x, decoded, training), rate: kl(posterior, prior) };
  };

  const { predict, classify } = labels.predictions(dataShape, distribution);
  /** One-hot labels, given or the most probable ones. */
  const labelsOf = (at: string, x: tf.Tensor, y: tf.Tensor1D | undefined): tf.Tensor => {
    checkData(at, "x", x, dataShape, supports.real);
    if (y !== undefined) labels.check(at, { y }, x.shape[0] as number);
    return oneHot(y ?? classify(at, x).toInt(), classes);
  };
  const embed = (x: tf.Tensor, y: tf.Tensor): tf.Tensor2D => {
    const outputs = inBatches(x, (part) => networks.encode(part)) as tf.Tensor2D;
    return normalOf(tf.add(outputs, tf.matMul(y as tf.Tensor2D, shifts))).mean() as tf.Tensor2D;
  };
  const decodeAll = (z: tf.Tensor2D, y: tf.Tensor, apply: (of: Distribution) => tf.Tensor): tf.Tensor =>
    inBatches(tf.concat([z, y], 1), (part) => {
      const [code, label] = tf.split(part, [latentDim, classes], 1) as [tf.Tensor, tf.Tensor];
      return apply(decode(code, label));
    });

  return {
    ...networks.model("semiSupervisedVae", { ...options, classifier, classifierHead: false }),
    classes,
    classifier,
    phases: [
      {
        name: "elbo",
        variables: trainable,
        loss(batch, { rng: stream, training, schedules }) {
          const [x, labeledX, y] = [batch.x, batch.labeledX, batch.y] as [tf.Tensor, tf.Tensor, tf.Tensor];
          const [first, second, layers] = stream.split(3) as [Rng, Rng, Rng];
          const { distortion, rate, labelRate } = unlabeled(x, first, training);
          const known = labeled(labeledX, y, second, training);
          const taskLoss = labels.loss(distribution(labeledX, { training, rng: layers }), { y }, training);
          const rateWeight = schedules.beta ?? beta;
          const cost = weightedSum([
            [1, distortion],
            [rateWeight, rate],
            [1, labelRate],
            [labeledWeight, known.distortion],
            [tf.mul(labeledWeight, rateWeight) as tf.Scalar, known.rate],
            [schedules.alpha ?? alpha, taskLoss],
          ]);
          // Minus the constant log p(y), which has no gradient.
          const labeledLoss = perExample(tf.add(tf.add(known.distortion, known.rate), Math.log(classes)));
          const terms = { distortion, rate, labelRate, labeledLoss, taskLoss };
          return { loss: minimize(meanOverBatch(cost)), terms };
        },
      },
    ],
    variables,
    distribution,
    encode,
    decode,
    unlabeled,
    check(at, batch) {
      networks.check(at, batch);
      checkData(at, "labeledX", batch.labeledX as tf.Tensor, dataShape, likelihood.support);
      labels.check(at, batch, (batch.labeledX as tf.Tensor).shape[0] as number);
    },
    predict: (x) => predict("predict()", x),
    classify: (x) => tf.tidy(() => classify("classify()", x)),
    embed: (x, y) => tf.tidy(() => embed(x, labelsOf("embed()", x, y))),
    reconstruct: (x, y) =>
      tf.tidy(() => {
        const given = labelsOf("reconstruct()", x, y);
        return decodeAll(embed(x, given), given, (of) => of.mean());
      }),
    sample(y, { seed: sampleSeed = 0, values = "mean" } = {}) {
      labels.check("sample()", { y }, y?.size);
      return tf.tidy(() => {
        const [codes, pixels] = rng(sampleSeed).split(2) as [Rng, Rng];
        const z = codes.normal([y.size, latentDim]) as tf.Tensor2D;
        return decodeAll(z, oneHot(y, classes), (of) => (values === "draw" ? of.sample(pixels) : of.mean()));
      });
    },
    summary: () => summary(trainable(), { encoder, decoder, classifier }),
    dispose() {
      networks.dispose();
      classifier.dispose();
      tf.dispose([shifts, eye]);
    },
  };
}
