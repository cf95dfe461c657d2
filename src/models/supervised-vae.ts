import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { supports } from "../distributions/support";
import type { Likelihood } from "../likelihoods/likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import { checkWeight } from "../objectives/check-weight";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { trainableWeights, weights } from "./core/encoder-decoder";
import { predictionTarget } from "./core/prediction-target";
import { summary } from "./core/summary";
import { checkInput, withHead } from "./core/with-head";
import type { AnyVae } from "./vae";

/** Options of `supervisedVae()`. */
export interface SupervisedVaeOptions {
  /** The VAE, trained before or not: of `vae()` or a variant of it. Its variables are trained further, not copied. */
  vae: AnyVae;
  /** p(y | code): `categoricalLikelihood({ classes })` for labels, `gaussianLikelihood()` for numbers. */
  taskLikelihood: Likelihood;
  /** How many numbers are predicted of an example, where they are no labels; defaults to 1. */
  targets?: number;
  /** The weight λ of the task's loss, of at least 0, unless `fit` is given a schedule `lambda`; defaults to 1. */
  lambda?: number;
  /** What the task's network reads in training: the `"mean"` of q(z | x), or the `"draw"` that is decoded; defaults to "mean". */
  code?: "mean" | "draw";
  /** The hidden widths of the task's network that is made when none is given; defaults to [], a linear one. */
  taskHidden?: readonly number[];
  /** The body of the task's network, [batch, latent] → any shape; a linear head to the task's parameters is added. */
  taskNetwork?: tf.LayersModel;
  /** Set to false where that network itself ends in the task's parameters; defaults to true. */
  taskHead?: boolean;
  /** The seed of the initial weights of the task's network; defaults to 0. */
  seed?: number;
}

/** A VAE whose code also predicts y; made by `supervisedVae()`. */
export interface SupervisedVae extends Omit<AnyVae, "phases"> {
  /** The network from the code to the parameters of p(y | code). */
  readonly taskNetwork: tf.LayersModel;
  readonly taskLikelihood: Likelihood;
  /** The weight of the task's loss. */
  readonly lambda: number;
  /**
   * What `fit` needs: the VAE's phases, the first with the term `taskLoss`, on data `{x, y, weight?, labeledX?}`: labels y
   * int32 [examples], or numbers float32 [examples, targets]; the weights of the task's losses float32 [examples], 0 where y
   * is not known. With `labeledX`, of the shape of x, y belongs to it, and x has no label (`pairWithLabeled()`).
   */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate" | "taskLoss">, ...Phase[]];
  /** p(y | code) at the mean of q(z | x), of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  distribution(x: tf.Tensor, context?: NetworkContext): Distribution;
  /** Its mean, of x [examples, …data]: probabilities [examples, classes], or numbers [examples, targets]. */
  predict(x: tf.Tensor): tf.Tensor2D;
  /** The most probable class of x [examples, …data], int32 [examples]. */
  classify(x: tf.Tensor): tf.Tensor1D;
}

/**
 * A VAE with a second use of its code: training minimizes −ELBO + λ · (−log p(y | code)), both in nats per example, so that λ
 * means the same at every batch size. At λ = 0 it is the VAE alone; with λ = 1 and the code a draw, the loss is a bound on
 * −log p(x, y) where x and y depend on each other through the code alone. `freeze(model.encoder, model.decoder)` leaves
 * only the task's network to train.
 *
 * @throws ArgumentError for shapes that do not fit, and options out of range
 */
export function supervisedVae(options: SupervisedVaeOptions): SupervisedVae {
  const where = "supervisedVae()";
  const { vae, targets = 1, lambda = 1, code = "mean", taskHidden = [], taskHead = true, seed = 0 } = options;
  const elboPhase = vae?.phases?.[0];
  if (elboPhase?.name !== "elbo" || typeof vae.encode !== "function" || vae.prior === undefined) {
    throw new ArgumentError(where, "vae", vae, "a model that vae() or a variant of it made");
  }
  checkWeight(where, "lambda", lambda);
  if (code !== "mean" && code !== "draw") throw new ArgumentError(where, "code", code, '"mean" or "draw"');
  checkSizes(where, "taskHidden", taskHidden, { empty: true });
  const target = predictionTarget(where, "taskLikelihood", options.taskLikelihood, targets);
  const { dataShape, latentDim, encoder, decoder } = vae;
  // Apart from the streams of the VAE's own networks, which split the same seed.
  const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
  const body = options.taskNetwork ?? mlp({ inputs: latentDim, hidden: taskHidden, seed: bodySeed });
  checkInput(where, "taskNetwork", body, [latentDim]);
  const taskNetwork = withHead(`${where} taskNetwork`, body, target.outputs, taskHead, headSeed);
  const trainable = () => [
    ...trainableWeights(taskNetwork),
    ...target.likelihood.variables.filter((variable) => variable.trainable),
  ];

  const predictive = (codes: tf.Tensor, context: NetworkContext): Distribution =>
    target.distribution(taskNetwork.apply(codes, { ...context }) as tf.Tensor2D);
  const distribution: SupervisedVae["distribution"] = (x, context = {}) => {
    checkShape("distribution()", "x", x, dataShape);
    return predictive(vae.encode(x, context).mean(), context);
  };
  const { predict, classify } = target.predictions(dataShape, distribution);

  const phase: SupervisedVae["phases"][0] = {
    ...elboPhase,
    variables: () => [...elboPhase.variables(), ...trainable()],
    loss(batch, context) {
      const { rng: stream, training, schedules } = context;
      const { loss, terms, forward } = elboPhase.loss(batch, context);
      const [layers, draws] = stream.fold(1).split(2) as [Rng, Rng];
      const labeled = () => {
        if (batch.labeledX === undefined) return forward;
        const posterior = vae.encode(batch.labeledX, { training, rng: layers });
        return { posterior, z: posterior.sample(draws) };
      };
      const { posterior, z } = labeled();
      const codes = code === "draw" && training ? z : posterior.mean();
      const taskLoss = target.loss(predictive(codes, { training, rng: layers }), batch, training);
      const weighted = tf.mul(minimize(meanOverBatch(taskLoss)), schedules.lambda ?? lambda);
      return { loss: tf.add(loss, weighted), terms: { ...terms, taskLoss } };
    },
  };
  const [, ...others] = vae.phases;
  return {
    ...vae,
    spec: { factory: "supervisedVae", options: { ...options, vae, taskNetwork, taskHead: false } },
    taskNetwork,
    taskLikelihood: target.likelihood,
    lambda,
    phases: [phase, ...others],
    variables: () => [...vae.variables(), ...weights(taskNetwork), ...target.likelihood.variables],
    distribution,
    predict: (x) => predict("predict()", x),
    classify: (x) => tf.tidy(() => classify("classify()", x)),
    check(at, batch) {
      vae.check(at, batch);
      const examples = (batch.x as tf.Tensor).shape[0] as number;
      if (batch.labeledX !== undefined) checkData(at, "labeledX", batch.labeledX, dataShape, supports.real);
      target.check(at, batch, examples);
    },
    summary: () => summary([...elboPhase.variables(), ...trainable()], { encoder, decoder, task: taskNetwork }),
    dispose() {
      vae.dispose();
      taskNetwork.dispose();
      tf.dispose([...target.likelihood.variables]);
    },
  };
}
