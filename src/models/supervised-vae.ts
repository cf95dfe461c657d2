import { displaySymbol } from "../display/mime-bundle";
import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { perExample } from "../distributions/per-example";
import { supports } from "../distributions/support";
import type { Likelihood } from "../likelihoods/likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import { networkRule, seedRule } from "../networks/network-rules";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { accepts, checkedElsewhere, flag, nonNegative, oneOf, sizes, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkGiven } from "./core/check-given";
import { disposeOwn, once } from "./core/dispose-own";
import { trainableWeights, weights } from "./core/encoder-decoder";
import { type PredictionTarget, predictionTarget } from "./core/prediction-target";
import { showModel } from "./core/show-model";
import { summary } from "./core/summary";
import { checkInput, headOption, withHead } from "./core/with-head";
import type { AnyVae } from "./vae";

/** Options of `supervisedVae()`. */
export interface SupervisedVaeOptions {
  /**
   * The VAE, trained or untrained, from `vae()` or one of its variants. Training continues with its variables; they are
   * not copied. You own it: `dispose()` does not free it.
   */
  vae: AnyVae;
  /**
   * p(y | code): `categoricalLikelihood({ classes })` for labels; for numbers `gaussianLikelihood({ stdDev: "learned" })`, or
   * `gaussianLikelihood()`, whose σ is the best for the training data, where there are too many of them to be memorized.
   */
  taskLikelihood: Likelihood;
  /** The number of values to predict per example, if they are not labels; defaults to 1. */
  targets?: number;
  /** The weight λ of the task's loss, at least 0, unless `fit` receives a schedule `lambda`; defaults to 1. */
  lambda?: number;
  /**
   * The input of the task's network in training: the `"mean"` of q(z | x), or the `"draw"` that is decoded; defaults to
   * "mean".
   */
  code?: "mean" | "draw";
  /** The hidden widths of the default task network; defaults to [], a linear network. */
  taskHidden?: readonly number[];
  /**
   * The body of the task's network, [batch, latentDim] → any shape; a linear head to the task's parameters is added. You own
   * it: `dispose()` does not free it, and `initialize(network, rng(seed))` seeds its weights.
   */
  taskNetwork?: tf.LayersModel;
  /**
   * Whether to add a linear head to that network. Defaults to true, unless the body already ends in a linear layer with exactly
   * as many outputs as the task has parameters.
   */
  taskHead?: boolean;
  /** The seed of the initial weights of the default task network and the head; defaults to 0. */
  seed?: number;
}

/** A VAE with a code that also predicts y, created by `supervisedVae()`. */
export interface SupervisedVae extends Omit<AnyVae, "phases"> {
  /** The network from the code to the parameters of p(y | code). */
  readonly taskNetwork: tf.LayersModel;
  readonly taskLikelihood: Likelihood;
  /** The weight of the task's loss. */
  readonly lambda: number;
  /**
   * For `fit`: the VAE's phases, the first with the additional term `taskLoss`, on data `{x, y, weight?, labeledX?}`. y
   * is labels, int32 [examples], or numbers, float32 [examples, targets]. weight, the weights of the task's losses, is
   * float32 [examples], 0 where y is unknown. With `labeledX`, which has the shape of x, y are its labels and x has
   * none (`pairWithLabeled()`).
   */
  readonly phases: readonly [Phase<"elbo", "distortion" | "rate" | "taskLoss">, ...Phase[]];
  /** p(y | code) at the mean of q(z | x), of x [batch, …data]. The caller owns its tensors; use `tf.tidy`. */
  distribution(x: tf.Tensor, context?: NetworkContext): Distribution;
  /** The mean of p(y | code) for x [examples, …data]: probabilities [examples, classes], or numbers [examples, targets]. */
  predict(x: tf.Tensor): tf.Tensor2D;
  /** The most probable class of x [examples, …data], int32 [examples]. */
  classify(x: tf.Tensor): tf.Tensor1D;
}

const schema = optionsSchema<SupervisedVaeOptions>({
  vae: accepts<AnyVae>((value) => {
    const { phases, encode, prior } = (value ?? {}) as Partial<AnyVae>;
    return phases?.[0]?.name === "elbo" && typeof encode === "function" && prior !== undefined;
  }, "a model created by vae() or a variant of it"),
  // predictionTarget() checks it.
  taskLikelihood: checkedElsewhere.optional(),
  targets: wholeNumber().optional(),
  lambda: nonNegative.optional(),
  code: oneOf("mean", "draw").optional(),
  taskHidden: sizes({ empty: true }).optional(),
  taskNetwork: networkRule.optional(),
  taskHead: flag.optional(),
  seed: seedRule.optional(),
});

/**
 * A VAE whose code is also used to predict y. Training minimizes −ELBO + λ · (−log p(y | code)), both in nats per example, so
 * λ means the same at every batch size. At λ = 0 it is the VAE alone. With λ = 1 and `code: "draw"`, the loss is an upper
 * bound on −log p(x, y) for a model where x and y are conditionally independent given the code. `fit` always records the
 * bound ELBO + log p(y | code), as for λ = 1, whatever the weights. To train only the task's network, call
 * `freeze(model.encoder, model.decoder)`.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function supervisedVae(options: SupervisedVaeOptions): SupervisedVae {
  const where = "supervisedVae()";
  checkOptions(where, schema, options);
  const { vae, targets = 1, lambda = 1 } = options;
  const target = predictionTarget(where, "taskLikelihood", options.taskLikelihood, targets);
  const taskNetwork = makeTaskNetwork(where, options, target);
  const { dataShape, encoder, decoder } = vae;
  const [elboPhase, ...others] = vae.phases;
  const ofTask = () => [
    ...trainableWeights(taskNetwork),
    ...target.likelihood.variables.filter((variable) => variable.trainable),
  ];
  const trainable = () => [...elboPhase.variables(), ...ofTask()];
  const predictive = (codes: tf.Tensor, context: NetworkContext): Distribution =>
    target.distribution(taskNetwork.apply(codes, { ...context }) as tf.Tensor2D);
  const distribution: SupervisedVae["distribution"] = (x, context = {}) => {
    checkShape("distribution()", "x", x, dataShape);
    return predictive(vae.encode(x, context).mean(), context);
  };
  const { predict, classify } = target.predictions(dataShape, distribution);

  return {
    ...vae,
    spec: { factory: "supervisedVae", options: { ...options, vae, taskNetwork, taskHead: false } },
    taskNetwork,
    taskLikelihood: target.likelihood,
    lambda,
    phases: [supervisedPhase(options, trainable, target, predictive), ...others],
    variables: () => [...vae.variables(), ...weights(taskNetwork), ...target.likelihood.variables],
    distribution,
    predict: (x) => predict("predict()", x),
    classify: (x) => tf.tidy(() => classify("classify()", x)),
    check(at, batch) {
      const examples = batch.x?.shape[0] ?? 0;
      const fix = "Pass { x, y }, or { x, labeledX, y } as pairWithLabeled() makes them.";
      checkGiven(at, batch, "y", target.describe(examples), fix);
      vae.check(at, batch);
      if (batch.labeledX !== undefined) checkData(at, "labeledX", batch.labeledX, dataShape, supports.real);
      target.check(at, batch, examples);
    },
    summary: () => summary(trainable(), { encoder, decoder, task: taskNetwork }),
    [displaySymbol]() {
      return showModel(this);
    },
    dispose: once(() => {
      disposeOwn(taskNetwork, options.taskNetwork);
      target.likelihood.dispose?.();
    }),
  };
}

/** The network from the code to the parameters of p(y | code), [batch, latentDim] → [batch, outputs]. */
function makeTaskNetwork(where: string, options: SupervisedVaeOptions, target: PredictionTarget): tf.LayersModel {
  const { vae, taskNetwork, taskHidden = [], seed = 0 } = options;
  // Separate from the streams of the VAE's own networks, which split the same seed.
  const [bodySeed, headSeed] = rng(seed).fold(1).split(2) as [Rng, Rng];
  const body = taskNetwork ?? mlp({ inputs: vae.latentDim, hidden: taskHidden, seed: bodySeed });
  checkInput(where, "taskNetwork", body, [vae.latentDim]);
  const head = headOption(options.taskHead, taskNetwork);
  return withHead(`${where} taskNetwork`, body, target.outputs, head, headSeed, { option: "taskHead" });
}

/** The VAE's phase with the task's loss. */
function supervisedPhase(
  { vae, lambda = 1, code = "mean" }: SupervisedVaeOptions,
  trainable: () => tf.Variable[],
  target: PredictionTarget,
  predictive: (codes: tf.Tensor, context: NetworkContext) => Distribution,
): SupervisedVae["phases"][0] {
  const [elboPhase] = vae.phases;
  return {
    ...elboPhase,
    variables: trainable,
    ...(elboPhase.inputs && { inputs: [...elboPhase.inputs, "y", "weight", "labeledX"] }),
    ...(elboPhase.schedules && { schedules: { ...elboPhase.schedules, lambda: nonNegative } }),
    loss(batch, context) {
      const { rng: stream, training, schedules } = context;
      const { loss, terms, bound, forward } = elboPhase.loss(batch, context);
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
      return {
        loss: tf.add(loss, weighted),
        terms: { ...terms, taskLoss },
        // E_q[log p(x | z) + log p(y | z)] − KL(q(z | x) ‖ p(z)) ≤ log p(x, y), whatever λ.
        bound: perExample(tf.sub(bound, taskLoss)),
      };
    },
  };
}
