import { mixture } from "../../src/distributions/mixture";
import { normal } from "../../src/distributions/normal";
import { categoricalLikelihood } from "../../src/likelihoods/categorical-likelihood";
import { discretizedLogisticLikelihood } from "../../src/likelihoods/discretized-logistic-likelihood";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { laplaceLikelihood } from "../../src/likelihoods/laplace-likelihood";
import { multinomialLikelihood } from "../../src/likelihoods/multinomial-likelihood";
import { adversarialAutoencoder } from "../../src/models/adversarial-autoencoder";
import { autoencoder } from "../../src/models/autoencoder";
import { betaTcVae } from "../../src/models/beta-tc-vae";
import { betaVae } from "../../src/models/beta-vae";
import { capacityVae } from "../../src/models/capacity-vae";
import { type ConditionalVae, conditionalVae } from "../../src/models/conditional-vae";
import { denoisingVae } from "../../src/models/denoising-vae";
import { dipVae } from "../../src/models/dip-vae";
import { factorVae } from "../../src/models/factor-vae";
import { hierarchicalVae } from "../../src/models/hierarchical-vae";
import { infoVae } from "../../src/models/info-vae";
import { ladderVae } from "../../src/models/ladder-vae";
import { neuralDocumentModel } from "../../src/models/neural-document-model";
import { predictor } from "../../src/models/predictor";
import { semiSupervisedVae } from "../../src/models/semi-supervised-vae";
import { sequenceVae } from "../../src/models/sequence-vae";
import { supervisedVae } from "../../src/models/supervised-vae";
import { vade } from "../../src/models/vade";
import { vae } from "../../src/models/vae";
import { vaeGan } from "../../src/models/vae-gan";
import { waeMmd } from "../../src/models/wae-mmd";
import { convDecoder } from "../../src/networks/conv-decoder";
import { convEncoder } from "../../src/networks/conv-encoder";
import { mlp } from "../../src/networks/mlp";
import type { Batch } from "../../src/objectives/phase";
import type { Corruption } from "../../src/preprocessing/images/corrupt";
import { gaussianPrior } from "../../src/priors/gaussian-prior";
import { learnedGaussianPrior } from "../../src/priors/learned-gaussian-prior";
import { mixturePrior } from "../../src/priors/mixture-prior";
import { ringPrior } from "../../src/priors/ring-prior";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import type { Saveable } from "../../src/saving/saveable";
import type { Trainable } from "../../src/training/trainable";

/** A model of the library, as the laws see it. */
export type Model = Trainable & Saveable & { dispose(): void };

/** What holds of every model is tested on a small one. */
export interface ModelRow {
  readonly name: string;
  /** Makes it, with the same weights each time. */
  readonly make: () => Model;
  /** The function that makes it from options, as `load()` is told, and options that cannot be stored. */
  readonly maker: (options: never) => Model;
  readonly given?: object;
  /** Its own options, beside those of `vae()`: the junk test puts junk in them. */
  readonly ownOptions?: readonly string[];
  /** Data that it is trained on. */
  readonly data: () => Batch;
  /**
   * The setting at which it is a plain VAE, or the model `sameAs`: the loss of its first phase is then that model's on the
   * same batch, with the same random numbers, after its variables are given to that model: the first ones, or what
   * `weights` takes from them.
   */
  readonly neutral?: {
    readonly make: () => Model;
    readonly sameAs?: () => Model;
    readonly schedules?: Readonly<Record<string, number>>;
    readonly weights?: (variables: readonly tf.Variable[]) => tf.Tensor[];
  };
}

/** The sizes of all rows. */
export const sizes = {
  dataShape: 12,
  latentDim: 3,
  hidden: [8],
  condition: 4,
  classes: 3,
  targets: 2,
  examples: 40,
} as const;
const documents = { words: sizes.dataShape, latentDim: sizes.latentDim, seed: 3 };
const texts = { vocabulary: 7, length: 3, latentDim: sizes.latentDim, embedding: 4, units: 6, seed: 3 };
const options = { dataShape: sizes.dataShape, latentDim: sizes.latentDim, hidden: sizes.hidden, seed: 3 };
/** The same without the size of the code, for models with several latent layers. */
const { latentDim: _, ...layeredOptions } = options;

/** A prior without a closed form of its divergence, and without a description that could be stored. */
const ownMixture = mixture({
  logits: tf.tensor1d([0, 1]),
  components: normal({
    mean: tf.tensor2d([
      [1, 0, -1],
      [-1, 2, 0],
    ]),
    logVar: 0,
  }),
});

export const plainVae = () => vae(options);
const realVae = (own: typeof options) => vae({ ...own, likelihood: gaussianLikelihood() });
export const binaryData = (): Batch => ({
  x: tf.tidy(() => rng(5).uniform([sizes.examples, sizes.dataShape]).less(0.4).toFloat()),
});
const conditionedData = (): Batch => ({ ...binaryData(), c: rng(6).normal([sizes.examples, sizes.condition]) });
const countData = (): Batch => ({
  x: tf.tidy(() => rng(5).normal([sizes.examples, sizes.dataShape]).abs().mul(3).floor()),
});
/** Words 1 to 6, and zeros after the first 0 of each row. */
const textData = (): Batch => ({
  x: tf.tidy(() => {
    const words = rng(5).uniform([sizes.examples, texts.length]).mul(texts.vocabulary).floor();
    return words.mul(words.greater(0).toFloat().cumprod(1)).toInt();
  }),
});
const realData = (): Batch => ({ x: rng(5).normal([sizes.examples, sizes.dataShape]) });
const labeledData = (): Batch => ({ ...binaryData(), ...tf.tidy(() => ({ y: labels(), weight: halfWeights() })) });
const labelLikelihood = () => categoricalLikelihood({ classes: sizes.classes });
const labels = () => tf.range(0, sizes.examples, 1, "int32").mod(tf.scalar(sizes.classes, "int32"));
/** Every other example counts for nothing. */
const halfWeights = () => tf.range(0, sizes.examples).mod(2);
/** Labels of other examples than those whose ELBO is trained. */
const pairedData = (): Batch => ({
  ...binaryData(),
  ...tf.tidy(() => ({ labeledX: rng(7).uniform([sizes.examples, sizes.dataShape]).less(0.4).toFloat(), y: labels() })),
});
const numberedData = (): Batch => ({ ...realData(), y: rng(8).normal([sizes.examples, sizes.targets]) });

export const modelRows: ModelRow[] = [
  { name: "vae()", make: plainVae, maker: vae, data: binaryData },
  {
    name: "vae() with a Gaussian likelihood",
    make: () => vae({ ...options, likelihood: gaussianLikelihood() }),
    maker: vae,
    data: realData,
  },
  {
    name: "vae() with a learned σ",
    make: () => vae({ ...options, likelihood: gaussianLikelihood({ stdDev: "learned" }) }),
    maker: vae,
    data: realData,
  },
  {
    name: "vae() with a Laplace likelihood",
    make: () => vae({ ...options, likelihood: laplaceLikelihood() }),
    maker: vae,
    data: realData,
  },
  {
    name: "vae() with a discretized logistic likelihood",
    make: () => vae({ ...options, likelihood: discretizedLogisticLikelihood() }),
    maker: vae,
    data: binaryData,
  },
  {
    name: "vae() with a learned scale of gray levels",
    make: () => vae({ ...options, likelihood: discretizedLogisticLikelihood({ scale: "learned" }) }),
    maker: vae,
    data: binaryData,
  },
  {
    name: "vae() with three draws",
    make: () => vae({ ...options, samples: 3 }),
    maker: vae,
    ownOptions: ["samples", "prior", "objective", "likelihood", "encoder", "decoderHead"],
    data: binaryData,
    neutral: { make: () => vae({ ...options, samples: 1 }) },
  },
  {
    name: "vae() with mixturePrior()",
    make: () => vae({ ...options, prior: mixturePrior({ components: 4 }) }),
    maker: vae,
    data: binaryData,
    neutral: { make: () => vae({ ...options, prior: mixturePrior({ components: 1 }) }) },
  },
  {
    name: "vae() with mixturePrior() of full covariances",
    make: () => vae({ ...options, prior: mixturePrior({ components: 4, covariance: "full" }) }),
    maker: vae,
    data: binaryData,
  },
  {
    name: "vae() with learnedGaussianPrior()",
    make: () => vae({ ...options, prior: learnedGaussianPrior() }),
    maker: vae,
    data: binaryData,
    neutral: { make: () => vae({ ...options, prior: learnedGaussianPrior() }) },
  },
  ...[gaussianPrior({ latentDim: 2 }), ringPrior({ components: 3 })].map(
    (prior): ModelRow => ({
      name: `vae() with ${prior.spec.factory}()`,
      make: () => vae({ ...options, latentDim: 2, prior }),
      maker: vae,
      data: binaryData,
    }),
  ),
  {
    name: "vae() with a mixture of the user's own, whose rate is sampled",
    make: () => vae({ ...options, prior: ownMixture }),
    maker: vae,
    given: { prior: ownMixture },
    data: binaryData,
  },
  ...(["standard", "learned"] as const).map((prior): ModelRow => {
    const make = () => conditionalVae({ ...options, condition: sizes.condition, prior });
    return {
      name: `conditionalVae() with a ${prior} prior`,
      make,
      maker: conditionalVae,
      ownOptions: ["condition", "prior", "priorNetwork"],
      data: conditionedData,
      neutral: { make: () => deafToConditions(make()), weights: withoutConditions },
    };
  }),
  {
    name: "neuralDocumentModel()",
    make: () => neuralDocumentModel({ ...documents, hidden: sizes.hidden }),
    maker: neuralDocumentModel,
    data: countData,
    neutral: {
      make: () =>
        neuralDocumentModel({ ...documents, encoder: mlp({ inputs: sizes.dataShape, hidden: sizes.hidden }) }),
      sameAs: () =>
        vae({ ...options, decoder: mlp({ inputs: sizes.latentDim, hidden: [] }), likelihood: multinomialLikelihood() }),
    },
  },
  {
    name: "neuralDocumentModel() of mixtures of topics",
    make: () => neuralDocumentModel({ ...documents, hidden: sizes.hidden, concentration: 0.5 }),
    maker: neuralDocumentModel,
    data: countData,
  },
  {
    name: "sequenceVae()",
    make: () => sequenceVae({ ...texts, wordDropout: 0.5 }),
    maker: sequenceVae,
    data: textData,
  },
  { name: "autoencoder()", make: () => autoencoder(options), maker: autoencoder, data: binaryData },
  ...(["nonSaturating", "minimax"] as const).map((generatorLoss): ModelRow => {
    const make = (generator: number) =>
      adversarialAutoencoder({
        ...options,
        latentDim: 2,
        prior: ringPrior({ components: 3 }),
        discriminatorHidden: [8],
        generatorLoss,
        learningRateScales: { generator },
      });
    return {
      name: `adversarialAutoencoder() with a ${generatorLoss} generator`,
      make: () => make(1),
      maker: adversarialAutoencoder,
      ownOptions: ["prior", "generatorLoss", "learningRateScales"],
      data: binaryData,
      neutral: { make: () => make(0), sameAs: () => autoencoder({ ...options, latentDim: 2 }) },
    };
  }),
  {
    name: "waeMmd()",
    make: () => waeMmd(options),
    maker: waeMmd,
    ownOptions: ["prior", "lambda"],
    data: binaryData,
    neutral: { make: () => waeMmd({ ...options, lambda: 0 }), sameAs: () => autoencoder(options) },
  },
  {
    name: "infoVae()",
    make: () => infoVae({ ...options, alpha: 0.5, lambda: 10 }),
    maker: infoVae,
    ownOptions: ["alpha", "lambda"],
    data: binaryData,
    neutral: { make: () => infoVae(options) },
  },
  {
    name: "vade()",
    make: () => vade({ ...options, clusters: 4 }),
    maker: vade,
    ownOptions: ["clusters", "covariance"],
    data: binaryData,
    neutral: { make: () => vade({ ...options, clusters: 1 }) },
  },
  {
    name: "vade() with full covariances",
    make: () => vade({ ...options, clusters: 4, covariance: "full" }),
    maker: vade,
    ownOptions: [],
    data: binaryData,
    neutral: { make: () => vade({ ...options, clusters: 1, covariance: "full" }) },
  },
  {
    name: "vaeGan()",
    // With pixels: the discriminator moves the features all the time, and a distance measured in them need not fall.
    make: () => vaeGan({ ...options, discriminatorHidden: [8], lossWeights: { pixels: 1 } }),
    maker: vaeGan,
    ownOptions: ["lossWeights", "learningRateScales"],
    data: binaryData,
    neutral: { make: () => vaeGan({ ...options, lossWeights: { features: 0, pixels: 1, adversarialLoss: 0 } }) },
  },
  {
    name: "betaVae()",
    make: () => betaVae(options),
    maker: betaVae,
    ownOptions: [],
    data: binaryData,
    neutral: { make: () => betaVae({ ...options, beta: 1 }) },
  },
  ...(
    [
      { kind: "gaussian", stdDev: 0.5 },
      { kind: "masking", probability: 0.3, fill: -1 },
      { kind: "saltAndPepper", probability: 0.3 },
    ] as const
  ).map((corruption): ModelRow => {
    const make = (given?: Corruption) => denoisingVae({ ...options, ...(given ? { corruption: given } : {}) });
    return {
      name: `denoisingVae() with the corruption ${corruption.kind}`,
      make: () => make(corruption),
      maker: denoisingVae,
      ownOptions: ["corruption"],
      data: binaryData,
      neutral: { make: () => make() },
    };
  }),
  {
    name: "capacityVae()",
    make: () => capacityVae({ ...options, capacity: 2, gamma: 3 }),
    maker: capacityVae,
    ownOptions: ["capacity", "gamma"],
    data: binaryData,
    neutral: { make: () => capacityVae({ ...options, gamma: 1 }), schedules: { capacity: 0 } },
  },
  ...(["weighted", "stratified"] as const).map((estimator): ModelRow => {
    const own = { ...options, examples: sizes.examples, estimator };
    return {
      name: `betaTcVae() with the ${estimator} estimator`,
      make: () => betaTcVae(own),
      maker: betaTcVae,
      ownOptions: ["alpha", "gamma", "examples", "estimator"],
      data: binaryData,
      neutral: { make: () => betaTcVae(own), schedules: { beta: 1 } },
    };
  }),
  {
    name: "factorVae()",
    make: () => factorVae({ ...options, discriminatorHidden: [8], learningRateScales: { discriminator: 2 } }),
    maker: factorVae,
    ownOptions: ["gamma", "discriminatorHidden", "learningRateScales"],
    data: binaryData,
    neutral: { make: () => factorVae({ ...options, gamma: 0 }) },
  },
  ...(["i", "ii"] as const).map(
    (kind): ModelRow => ({
      name: `dipVae() of kind ${kind}`,
      // Weights with which plain gradient descent is stable too.
      make: () => dipVae({ ...options, kind, lambdaOffDiagonal: 1 }),
      maker: dipVae,
      ownOptions: ["kind", "lambdaOffDiagonal", "lambdaDiagonal"],
      data: binaryData,
      neutral: { make: () => dipVae({ ...options, kind, lambdaOffDiagonal: 0 }) },
    }),
  ),
  ...(
    [
      ["labels", { likelihood: labelLikelihood, hidden: [8] }, labeledData],
      ["labels, linear", { likelihood: labelLikelihood, l2: 0.1 }, labeledData],
      ["numbers", { likelihood: gaussianLikelihood, targets: sizes.targets, hidden: [8] }, numberedData],
    ] as const
  ).map(
    ([name, { likelihood, ...own }, data]): ModelRow => ({
      name: `predictor() of ${name}`,
      make: () => predictor({ dataShape: sizes.dataShape, seed: 3, likelihood: likelihood(), ...own }),
      maker: predictor,
      data,
    }),
  ),
  ...(
    [
      ["labels", { taskLikelihood: labelLikelihood }, vae, labeledData],
      [
        "labels of corrupted data",
        { taskLikelihood: labelLikelihood },
        (all: typeof options) => denoisingVae({ ...all, corruption: { kind: "masking", probability: 0.3 } }),
        labeledData,
      ],
      ["labels of pairs, from draws", { taskLikelihood: labelLikelihood, code: "draw" }, infoVae, pairedData],
      [
        "numbers",
        { taskLikelihood: gaussianLikelihood, targets: sizes.targets, taskHidden: [5] },
        realVae,
        numberedData,
      ],
    ] as const
  ).map(([name, { taskLikelihood, ...own }, makeVae, data]): ModelRow => {
    // The VAE is the caller's: whoever made it frees it.
    const make = (lambda: number) => {
      const inner = makeVae(options);
      const model = supervisedVae({ ...own, vae: inner, taskLikelihood: taskLikelihood(), lambda });
      const dispose = (): void => {
        model.dispose();
        inner.dispose();
      };
      return { ...model, dispose };
    };
    return {
      name: `supervisedVae() of ${name}`,
      make: () => make(3),
      maker: supervisedVae,
      data,
      neutral: { make: () => make(0), sameAs: () => makeVae(options) },
    };
  }),
  {
    name: "semiSupervisedVae()",
    make: () => semiSupervisedVae({ ...options, classes: sizes.classes, alpha: 5 }),
    maker: semiSupervisedVae,
    ownOptions: ["classes", "alpha", "labeledWeight", "classifierHidden"],
    data: pairedData,
  },
  ...convolutionalRows(),
  ...[hierarchicalVae, ladderVae].flatMap((maker) =>
    [false, true].map((batchNormalization) => ({
      name: `${maker.name}()${batchNormalization ? " with batch normalization" : ""}`,
      make: () => maker({ ...layeredOptions, latentDims: [sizes.latentDim, 4, 2], between: [6], batchNormalization }),
      maker,
      ownOptions: ["latentDims", "between", "batchNormalization"],
      data: binaryData,
      neutral: { make: () => maker({ ...layeredOptions, latentDims: [sizes.latentDim] }) },
    })),
  ),
];

/** Models whose networks are convolutional: flat images of 3 × 4 pixels, whose height is odd. */
function convolutionalRows(): ModelRow[] {
  const shared = { imageShape: [3, 4, 1], kernelSize: 2, residualBlocks: 1, activation: "tanh", seed: 3 } as const;
  const networks = (condition = 0) => ({
    encoder: convEncoder({ ...shared, inputs: sizes.dataShape + condition, filters: [2, 3], hidden: [5] }),
    decoder: convDecoder({ ...shared, inputs: sizes.latentDim + condition, filters: [3, 2], outputs: sizes.dataShape }),
  });
  const row = (
    maker: ModelRow["maker"] & { name: string },
    make: (own: ReturnType<typeof networks>) => Model,
    { condition = 0, data = binaryData } = {},
  ): ModelRow => ({
    name: `${maker.name}() of convolutional networks`,
    // The networks are the caller's: whoever made them frees them.
    make() {
      const own = networks(condition);
      const model = make(own);
      const toFree = [own.encoder, own.decoder];
      const dispose = (): void => {
        model.dispose();
        for (const network of toFree.splice(0)) network.dispose();
      };
      return { ...model, dispose };
    },
    maker,
    data,
  });
  const pictures = { dataShape: sizes.dataShape, latentDim: sizes.latentDim, seed: 3 };
  return [
    row(vae, (own) => vae({ ...pictures, ...own })),
    row(conditionalVae, (own) => conditionalVae({ ...pictures, ...own, condition: sizes.condition }), {
      condition: sizes.condition,
      data: conditionedData,
    }),
    row(adversarialAutoencoder, (own) =>
      adversarialAutoencoder({ ...pictures, ...own, discriminatorHidden: [8], learningRateScales: { generator: 0.1 } }),
    ),
    row(hierarchicalVae, (own) =>
      hierarchicalVae({ ...layeredOptions, ...own, latentDims: [sizes.latentDim, 2], between: [6] }),
    ),
  ];
}

/** Sets to zero all that a conditional VAE makes of its condition, a learned prior included. */
function deafToConditions(model: ConditionalVae): ConditionalVae {
  tf.tidy(() => {
    for (const [network, own] of [
      [model.encoder, sizes.dataShape],
      [model.decoder, sizes.latentDim],
    ] as const) {
      const kernel = network.weights[0]!.read() as tf.Variable;
      const heard = tf.range(0, kernel.shape[0]!).less(own).toFloat().expandDims(1);
      kernel.assign(kernel.mul(heard));
    }
    for (const weight of model.priorNetwork?.getWeights() ?? []) (weight as tf.Variable).assign(tf.zerosLike(weight));
  });
  return model;
}

/** The variables of a conditional VAE without what belongs to its condition: those of a VAE. */
function withoutConditions([into, ...rest]: readonly tf.Variable[]): tf.Tensor[] {
  const from = rest.findIndex(({ shape }) => shape[0] === sizes.latentDim + sizes.condition);
  return [
    tf.slice(into!, 0, sizes.dataShape),
    ...rest.map((variable, i) => (i === from ? tf.slice(variable, 0, sizes.latentDim) : variable)),
  ];
}
