import { checkData, checkShape } from "../distributions/check-data";
import type { Distribution } from "../distributions/distribution";
import { supports } from "../distributions/support";
import type { Likelihood } from "../likelihoods/likelihood";
import { mlp } from "../networks/mlp";
import type { NetworkContext } from "../networks/network-context";
import { minimize } from "../objectives/loss";
import { meanOverBatch } from "../objectives/mean-over-batch";
import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { type Rng, rng } from "../runtime/rng";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { trainableWeights, weights } from "./core/encoder-decoder";
import { predictionTarget } from "./core/prediction-target";
import { summary } from "./core/summary";
import { checkInput, withHead } from "./core/with-head";

/** Options of `predictor()`. */
export interface PredictorOptions {
  /** The shape of one example: `784`, or `[28, 28, 1]`. */
  dataShape: number | readonly number[];
  /** p(y | x): `categoricalLikelihood({ classes })` for labels, `gaussianLikelihood()` for numbers. */
  likelihood: Likelihood;
  /** How many numbers are predicted of an example, where they are no labels; defaults to 1. */
  targets?: number;
  /** The hidden widths of the network that is made when none is given; defaults to [], logistic or linear regression. */
  hidden?: readonly number[];
  /** The body of the network, [batch, …data] → any shape; a linear head to the likelihood's parameters is added. */
  network?: tf.LayersModel;
  /** Set to false where the network itself ends in the likelihood's parameters; defaults to true. */
  networkHead?: boolean;
  /** The loss gains ½ · l2 · the sum of the squared weights (kernels, not biases); defaults to 0. */
  l2?: number;
  /** The seed of the initial weights; defaults to 0. */
  seed?: number;
}

/** A network that predicts y from x; made by `predictor()`. */
export interface Predictor {
  readonly spec: FactorySpec;
  readonly dataShape: readonly number[];
  readonly likelihood: Likelihood;
  readonly network: tf.LayersModel;
  /**
   * What `fit` needs: one phase, "task", on data `{x, y, weight?}`: labels y int32 [examples], or numbers float32
   * [examples, targets]; the weights of the examples' losses float32 [examples]. Its term is the weighted `taskLoss`.
   */
  readonly phases: readonly [Phase<"task", "taskLoss">];
  /** Everything that training changes. */
  variables(): tf.Variable[];
  /** p(y | x) of x [batch, …data]; its tensors are the caller's, for `tf.tidy`. */
  distribution(x: tf.Tensor, context?: NetworkContext): Distribution;
  /** The mean of p(y | x) of x [examples, …data]: probabilities [examples, classes], or numbers [examples, targets]. */
  predict(x: tf.Tensor): tf.Tensor2D;
  /** The most probable class of x [examples, …data], int32 [examples]. */
  classify(x: tf.Tensor): tf.Tensor1D;
  /** Checks data once, before they are used: shapes, and values within the likelihood's support. */
  check(where: string, batch: Readonly<Record<string, tf.Tensor>>): void;
  /** The network and the number of trained parameters, as text. */
  summary(): string;
  dispose(): void;
}

/**
 * An ordinary supervised network: training minimizes −log p(y | x) in nats per example. Without hidden layers it is logistic
 * regression for labels, linear regression for numbers.
 *
 * @throws ArgumentError for shapes that do not fit, and options out of range
 */
export function predictor(options: PredictorOptions): Predictor {
  const where = "predictor()";
  const { hidden = [], networkHead = true, targets = 1, l2 = 0, seed = 0 } = options;
  const dataShape = typeof options.dataShape === "number" ? [options.dataShape] : options.dataShape;
  checkSizes(where, "dataShape", dataShape);
  checkSizes(where, "hidden", hidden, { empty: true });
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(where, "l2", l2, "a finite number of at least 0");
  }
  const target = predictionTarget(where, "likelihood", options.likelihood, targets);
  const { likelihood } = target;
  const [bodySeed, headSeed] = rng(seed).split(2) as [Rng, Rng];
  const body = options.network ?? mlp({ inputs: dataShape, hidden, seed: bodySeed });
  checkInput(where, "network", body, dataShape);
  const network = withHead(`${where} network`, body, target.outputs, networkHead, headSeed);

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
      checkData(at, "x", x, dataShape, supports.real);
      target.check(at, batch, x.shape[0] as number);
    },
    summary: () => summary(trainable(), { network }),
    dispose() {
      network.dispose();
      tf.dispose([...likelihood.variables]);
    },
  };
}

/** The sum of the squares of a network's trained kernels; biases and gains have one axis only. */
function squaredWeights(network: tf.LayersModel): tf.Tensor {
  const kernels = trainableWeights(network).filter(({ rank }) => rank > 1);
  return kernels.length === 0 ? tf.scalar(0) : tf.addN(kernels.map((kernel) => tf.sum(tf.square(kernel))));
}
