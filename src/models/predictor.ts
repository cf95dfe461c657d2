import { type Displayable, displaySymbol } from "../display/mime-bundle";
import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { supports } from "../distributions/support";
import type { Likelihood } from "../likelihoods/likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import { networkRule, seedRule, shapeRule } from "../networks/network-rules";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { checkedElsewhere, flag, nonNegative, sizes, wholeNumber } from "../runtime/rules";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { checkGiven } from "./core/check-given";
import { disposeOwn, once } from "./core/dispose-own";
import { trainableWeights, weights } from "./core/encoder-decoder";
import { predictionTarget } from "./core/prediction-target";
import { showModel } from "./core/show-model";
import { summary } from "./core/summary";
import { checkInput, headOption, withHead } from "./core/with-head";

/** Options of `predictor()`. */
export interface PredictorOptions {
  /** The shape of one example: `784`, or `[28, 28, 1]`. */
  dataShape: number | readonly number[];
  /**
   * p(y | x): `categoricalLikelihood({ classes })` for labels; for numbers `gaussianLikelihood({ stdDev: "learned" })`, or
   * `gaussianLikelihood()`, whose σ is the best for the training data, where there are too many of them to be memorized.
   */
  likelihood: Likelihood;
  /** The number of values to predict per example, if they are not labels; defaults to 1. */
  targets?: number;
  /** The hidden widths of the default network; defaults to [], which is logistic or linear regression. */
  hidden?: readonly number[];
  /**
   * The body of the network, [batch, …data] → any shape; a linear head to the likelihood's parameters is added. You own
   * it: `dispose()` does not free it, and `initialize(network, rng(seed))` seeds its weights.
   */
  network?: tf.LayersModel;
  /**
   * Whether to add a linear head to the network. Defaults to true, unless the body already ends in a linear layer with exactly as
   * many outputs as the likelihood has parameters.
   */
  networkHead?: boolean;
  /** The weight of the L2 penalty ½ · l2 · Σ w², over kernels but not biases; defaults to 0. */
  l2?: number;
  /** The seed of the initial weights of the default network and the head; defaults to 0. */
  seed?: number;
}

/** A network that predicts y from x, created by `predictor()`. */
export interface Predictor extends Displayable {
  readonly spec: FactorySpec;
  readonly dataShape: readonly number[];
  readonly likelihood: Likelihood;
  readonly network: tf.LayersModel;
  /**
   * For `fit`: one phase, "task", on data `{x, y, weight?}`: y is labels, int32 [examples], or numbers, float32
   * [examples, targets]; weight, the weights of the examples' losses, is float32 [examples]. Its term is the weighted
   * `taskLoss`, in nats per example.
   */
  readonly phases: readonly [Phase<"task", "taskLoss">];
  /** All variables that training changes. */
  variables(): tf.Variable[];
  /** p(y | x) for x [batch, …data]. The caller owns its tensors; use `tf.tidy`. */
  distribution(x: tf.Tensor, context?: NetworkContext): Distribution;
  /** The mean of p(y | x) for x [examples, …data]: probabilities [examples, classes], or numbers [examples, targets]. */
  predict(x: tf.Tensor): tf.Tensor2D;
  /** The most probable class of x [examples, …data], int32 [examples]. */
  classify(x: tf.Tensor): tf.Tensor1D;
  /** Checks data once, before they are used: their shapes, and that values are within the likelihood's support. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** A text summary of the network and the number of trained parameters. */
  summary(): string;
  /**
   * Frees everything that `predictor()` created, and its likelihood, but not a network that was passed in. A second
   * call does nothing.
   */
  dispose(): void;
}

const schema = optionsSchema<PredictorOptions>({
  dataShape: shapeRule,
  // predictionTarget() checks it.
  likelihood: checkedElsewhere.optional(),
  targets: wholeNumber().optional(),
  hidden: sizes({ empty: true }).optional(),
  network: networkRule.optional(),
  networkHead: flag.optional(),
  l2: nonNegative.optional(),
  seed: seedRule.optional(),
});

/**
 * An ordinary supervised network: training minimizes −log p(y | x) in nats per example. Without hidden layers it is logistic
 * regression for labels and linear regression for numbers.
 *
 * @throws ArgumentError for shapes that do not match, options out of range, and unknown options
 */
export function predictor(options: PredictorOptions): Predictor {
  const where = "predictor()";
  checkOptions(where, schema, options);
  const { hidden = [], targets = 1, l2 = 0, seed = 0 } = options;
  const dataShape = [options.dataShape].flat();
  const target = predictionTarget(where, "likelihood", options.likelihood, targets);
  const { likelihood } = target;
  const [bodySeed, headSeed] = rng(seed).split(2) as [Rng, Rng];
  const body = options.network ?? mlp({ inputs: dataShape, hidden, seed: bodySeed });
  checkInput(where, "network", body, dataShape);
  const head = headOption(options.networkHead, options.network);
  const network = withHead(`${where} network`, body, target.outputs, head, headSeed, { option: "networkHead" });

  const trainable = () => [
    ...trainableWeights(network),
    ...likelihood.variables.filter((variable) => variable.trainable),
  ];
  const distribution: Predictor["distribution"] = (x, context = {}) => {
    checkShape("distribution()", "x", x, dataShape);
    return target.distribution(network.apply(x, { ...context }) as tf.Tensor2D);
  };
  const { predict, classify } = target.predictions(dataShape, distribution);
  return {
    spec: { factory: "predictor", options: { ...options, dataShape, network, networkHead: false } },
    dataShape,
    likelihood,
    network,
    phases: [
      {
        name: "task",
        variables: trainable,
        inputs: ["x", "y", "weight"],
        schedules: {},
        loss(batch, { rng: layers, training }) {
          const predicted = distribution(batch.x as tf.Tensor, { training, rng: layers });
          const taskLoss = target.loss(predicted, batch, training);
          const loss = minimize(meanOverBatch(taskLoss));
          return { loss: l2 === 0 ? loss : tf.add(loss, tf.mul(l2 / 2, squaredWeights(network))), terms: { taskLoss } };
        },
      },
    ],
    variables: () => [...weights(network), ...likelihood.variables],
    distribution,
    predict: (x) => predict("predict()", x),
    classify: (x) => tf.tidy(() => classify("classify()", x)),
    check(at, batch) {
      const x = batch.x as tf.Tensor;
      const fix = "Pass { x, y }: the data, with the value to predict for each example.";
      checkGiven(at, batch, "y", target.describe(x?.shape[0] ?? "examples"), fix);
      checkData(at, "x", x, dataShape, supports.real);
      target.check(at, batch, x.shape[0] as number);
    },
    summary: () => summary(trainable(), { network }),
    [displaySymbol]() {
      return showModel(this);
    },
    dispose: once(() => {
      disposeOwn(network, options.network);
      likelihood.dispose?.();
    }),
  };
}

/** The sum of the squares of a network's trained kernels. Biases and gains are excluded because they have only one axis. */
function squaredWeights(network: tf.LayersModel): tf.Tensor {
  const kernels = trainableWeights(network).filter(({ rank }) => rank > 1);
  return kernels.length === 0 ? tf.scalar(0) : tf.addN(kernels.map((kernel) => tf.sum(tf.square(kernel))));
}
