import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import * as lab from "../../src/index";
import { tf } from "../../src/runtime/tensorflow";
import { modelRows } from "./models";

/** Anything a person might pass by mistake. */
const junk = fc.oneof(
  fc.integer({ min: -3, max: 5 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.5, 1e30, 2 ** 31),
  fc.constantFrom(
    null,
    undefined,
    true,
    "",
    "12",
    "relu",
    {},
    [],
    [Number.NaN],
    [0],
    [-1, 2],
    ["x"],
    { x: 1 },
    () => 1,
  ),
);

const tensors = {
  empty: tf.zeros([0, 4]),
  nan: tf.fill([3, 4], Number.NaN),
  infinite: tf.fill([3, 4], Number.POSITIVE_INFINITY),
  outside: tf.fill([3, 4], 2),
  wide: tf.ones([3, 5]),
  scalar: tf.scalar(1),
  integers: tf.ones([3, 4], "int32"),
  one: tf.ones([1, 4]),
  good: tf.ones([3, 4]),
  image: tf.ones([1, 3, 4, 1]),
};
const disposed = tf.ones([3, 4]);
disposed.dispose();
const junkTensor = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(tensors), disposed) },
  { weight: 1, arbitrary: junk },
);

/** Junk of a size that a computation can have. */
const small = junk.filter((value) => !(typeof value === "number" && Number.isInteger(value) && value > 100));

const model = lab.vae({ dataShape: 4, latentDim: 2, hidden: [3] });
const predictor = lab.predictor({ dataShape: 4, likelihood: lab.categoricalLikelihood({ classes: 3 }) });
const semiSupervised = lab.semiSupervisedVae({ dataShape: 4, latentDim: 2, hidden: [3], classes: 3 });
const denoising = lab.denoisingVae({ dataShape: 4, latentDim: 2, hidden: [3] });
const plain = lab.autoencoder({ dataShape: 4, latentDim: 2, hidden: [3] });
const sequence = lab.sequenceVae({ vocabulary: 3, length: 4, latentDim: 2, embedding: 2, units: 2 });
afterAll(() => tf.disposeVariables());

const known = lab.vocabulary(["a b", "a b"]);

const disentanglement = {
  mutualInformationGap: lab.mutualInformationGap,
  separatedAttributePredictability: lab.separatedAttributePredictability,
  dci: lab.dci,
  factorVaeScore: lab.factorVaeScore,
};

const elementWise = {
  expBijector: lab.expBijector,
  softplusBijector: lab.softplusBijector,
  sigmoidBijector: lab.sigmoidBijector,
  tanhBijector: lab.tanhBijector,
};

/** What compares classes, or the kind of each example, with something else. */
const ofScores = {
  auroc: lab.auroc,
  averagePrecision: lab.averagePrecision,
  detectionCurve: lab.detectionCurve,
  clusteringAccuracy: lab.clusteringAccuracy,
  normalizedMutualInformation: lab.normalizedMutualInformation,
  adjustedRandIndex: lab.adjustedRandIndex,
  silhouette: lab.silhouette,
};

const predictorOf = (options: object) =>
  lab.predictor({ dataShape: 4, likelihood: lab.gaussianLikelihood(), ...options } as never);
const supervisedOf = (options: object) =>
  lab.supervisedVae({ vae: model, taskLikelihood: lab.gaussianLikelihood(), ...options } as never);

/** The models, and the options that are their own. */
/** The options that the two convolutional networks share. */
const convolutional = { kernelSize: junk, residualBlocks: junk, activation: junk, seed: junk };

const variants: Record<string, { make: (options: never) => unknown; options: readonly string[] }> = {
  ...Object.fromEntries(
    modelRows.flatMap(({ maker, ownOptions }) =>
      ownOptions === undefined ? [] : [[maker.name, { make: maker, options: ownOptions }]],
    ),
  ),
  predictor: { make: predictorOf, options: ["likelihood", "targets", "network", "l2"] },
  supervisedVae: {
    make: supervisedOf,
    options: ["vae", "taskLikelihood", "targets", "lambda", "code", "taskHidden"],
  },
};

/** Every public function that takes arguments from people, with junk in its arguments. */
const calls: Record<string, fc.Arbitrary<() => unknown>> = {
  "rng()": junk.map((seed) => () => lab.rng(seed as never)),
  "rng().normal()": junk.map((shape) => () => lab.rng(0).normal(shape as never)),
  "rng().uniform()": junk.map((shape) => () => lab.rng(0).uniform(shape as never)),
  "rng().permutation()": junk.map((n) => () => lab.rng(0).permutation(n as never)),
  "rng().split()": junk.map((n) => () => void lab.rng(0).split(n as never)),
  "rng().fold()": junk.map((n) => () => void lab.rng(0).fold(n as never)),
  "mnist()": fc
    .tuple(fc.constantFrom("validation", "train", "pixels", "seed"), junk)
    .filter(([name, value]) => value !== undefined && !(name !== "pixels" && Number.isInteger(value)))
    .map(
      ([name, value]) =>
        () =>
          lab.mnist({ train: 1, [name]: value } as never),
    ),
  "fashionMnist()": fc
    .tuple(fc.constantFrom("validation", "train", "pixels", "download", "from"), junk)
    .filter(([name, value]) => !(name === "download" && value === true))
    .map(([name, value]) => async () => {
      (await lab.fashionMnist({ train: 1, ...some({ [name]: value }) } as never)).dispose();
    }),
  "spamAssassin()": fc
    .tuple(fc.constantFrom("test", "validation"), junk)
    .filter(
      ([, value]) => value !== undefined && !(Number(value) >= 0 && Number(value) < 1 && typeof value === "number"),
    )
    .map(
      ([name, value]) =>
        () =>
          lab.spamAssassin({ [name]: value } as never),
    ),
  "tokenize()": junk.map((text) => () => lab.tokenize(text as never)),
  "vocabulary()": fc.tuple(junk, fc.record({ size: junk, minCount: junk, maxShare: junk, stopWords: junk })).map(
    ([texts, options]) =>
      () =>
        void lab.vocabulary((texts ?? ["a b", "a"]) as never, some(options) as never),
  ),
  "wordCounts()": fc.tuple(junk, junk).map(([texts, words]) => () => {
    void lab.wordCounts(texts as never, (words ?? known) as never);
  }),
  "wordSequences()": fc.tuple(junk, junk).map(([texts, length]) => () => {
    void lab.wordSequences((texts ?? ["a b"]) as never, known, { length } as never);
  }),
  "sequenceTexts()": junkTensor.map((ids) => () => lab.sequenceTexts(ids as never, known)),
  "wordVectors()": fc
    .record({ dimensions: junk, window: junk, contextPower: junk, singularPower: junk, seed: junk })
    .map((options) => () => lab.wordVectors(["a b", "a b"], known, some(options) as never).dispose()),
  "tfIdf()": fc.tuple(junkTensor, junkTensor).map(([training, counts]) => () => {
    void lab.tfIdf(training as never)(counts as never);
  }),
  "standardizer()": fc.tuple(junkTensor, junkTensor).map(([training, x]) => () => {
    void lab.standardizer(training as never).transform(x as never);
  }),
  "mlp()": fc
    .record({ inputs: junk, hidden: junk, outputs: junk, activation: junk, seed: junk })
    .map((options) => () => void lab.mlp({ inputs: 4, hidden: [2], ...some(options) } as never)),
  "convEncoder()": fc
    .record({ inputs: junk, imageShape: junk, filters: junk, hidden: junk, outputs: junk, ...convolutional })
    .map((options) => () => void lab.convEncoder({ inputs: [4, 4, 1], filters: [2], ...some(options) } as never)),
  "convDecoder()": fc
    .record({ inputs: junk, imageShape: junk, filters: junk, hidden: junk, outputs: junk, ...convolutional })
    .map((options) => () => {
      void lab.convDecoder({ inputs: 2, outputs: [4, 4, 1], filters: [2], ...some(options) } as never);
    }),
  "vae()": fc
    .record({ dataShape: junk, latentDim: junk, hidden: junk, beta: junk, seed: junk, prior: junk, encoder: junk })
    .map((options) => () => void lab.vae({ dataShape: 4, latentDim: 2, hidden: [3], ...some(options) } as never)),
  "autoencoder()": fc
    .record({ dataShape: junk, latentDim: junk, hidden: junk, seed: junk })
    .map(
      (options) => () => void lab.autoencoder({ dataShape: 4, latentDim: 2, hidden: [3], ...some(options) } as never),
    ),
  ...Object.fromEntries(
    Object.entries(variants).map(([name, { make, options }]) => [
      `${name}()`,
      fc
        .record(
          Object.fromEntries(
            ["data", "latentDim", "hidden", "seed", "beta", ...options].map((option) => [option, junk]),
          ),
        )
        .map(
          (given) => () =>
            void make({
              dataShape: 4,
              latentDim: 2,
              latentDims: [2, 2],
              hidden: [3],
              words: 4,
              vocabulary: 4,
              length: 3,
              embedding: 2,
              units: 2,
              condition: 2,
              examples: 10,
              classes: 3,
              clusters: 2,
              ...some(given),
            } as never),
        ),
    ]),
  ),
  "categoricalLikelihood()": junk.map((classes) => () => void lab.categoricalLikelihood({ classes } as never)),
  "pairWithLabeled()": fc.tuple(junkTensor, junkTensor, junkTensor, junk).map(([x, few, y, seed]) => () => {
    void lab.pairWithLabeled(x as never, { x: few, y } as never, { seed } as never);
  }),
  "freeze()": junkTensor.map((part) => () => lab.freeze(part as never)),
  "predictor.predict()": junkTensor.map((x) => () => void predictor.predict(x as never)),
  "fit() of a predictor": fc.tuple(junkTensor, junkTensor, junkTensor).map(
    ([x, y, weight]) =>
      () =>
        lab.fit(predictor, { x, y, weight } as never, { epochs: 1, compile: false, progress: false }),
  ),
  "semiSupervisedVae.sample()": junkTensor.map((y) => () => void semiSupervised.sample(y as never)),
  "semiSupervisedVae.embed()": fc.tuple(junkTensor, junkTensor).map(
    ([x, y]) =>
      () =>
        void semiSupervised.embed(x as never, y as never),
  ),
  "dropout()": junk.map((rate) => () => void lab.dropout({ rate } as never)),
  "gaussianNoise()": junk.map((stdDev) => () => void lab.gaussianNoise({ stdDev } as never)),
  "gaussianLikelihood()": junk.map((stdDev) => () => void lab.gaussianLikelihood({ stdDev } as never)),
  "bernoulliLikelihood()": junk.map((values) => () => void lab.bernoulliLikelihood({ values } as never)),
  "discretizedLogisticLikelihood()": junk.map(
    (levels) => () => void lab.discretizedLogisticLikelihood({ levels } as never),
  ),
  "model.embed()": junkTensor.map((x) => () => model.embed(x as never)),
  "model.reconstruct()": junkTensor.map((x) => () => model.reconstruct(x as never)),
  "model.encode()": junkTensor.map((x) => () => void model.encode(x as never)),
  "model.decode()": junkTensor.map((z) => () => void model.decode(z as never)),
  "model.sample()": fc.tuple(junk, junk).map(
    ([n, seed]) =>
      () =>
        model.sample(n as never, { seed } as never),
  ),
  "model.interpolate()": fc.tuple(junkTensor, junkTensor, junk).map(
    ([a, b, steps]) =>
      () =>
        model.interpolate(a as never, b as never, steps as never),
  ),
  "model.logLikelihood()": fc.tuple(junkTensor, junk).map(
    ([x, samples]) =>
      () =>
        model.logLikelihood(x as never, { samples, xla: false } as never),
  ),
  "autoencoder.reconstruct()": junkTensor.map((x) => () => plain.reconstruct(x as never)),
  "evaluate()": fc.tuple(junkTensor, junk).map(
    ([x, batchSize]) =>
      () =>
        lab.evaluate(model, x as never, { batchSize, compile: false } as never),
  ),
  "fit()": fc
    .tuple(
      junkTensor,
      fc.record({ epochs: junk, batchSize: junk, learningRate: junk, seed: junk, validation: junkTensor }),
    )
    .map(
      ([x, options]) =>
        () =>
          lab.fit(model, x as never, { epochs: 1, ...some(options), compile: false, progress: false } as never),
    ),
  "linearWarmup()": junk.map((epochs) => () => void lab.linearWarmup({ epochs } as never)),
  "cyclicalWarmup()": fc.tuple(junk, junk).map(
    ([period, ratio]) =>
      () =>
        void lab.cyclicalWarmup({ period, ratio } as never),
  ),
  "jit()": junk.map((fn) => () => void lab.jit(fn as never)),
  "jitted()": junk.map((x) => () => lab.jit((given: tf.Tensor) => tf.add(given, 1))(x as never)),
  "load()": fc.string().map((folder) => () => lab.load(`/nowhere/${encodeURIComponent(folder)}`, lab.vae)),
  "load() with junk for a maker": junk.map((make) => () => lab.load("/nowhere", make as never)),
  "save()": junk.map((given) => () => lab.save(given as never, "/nowhere")),
  "activeUnits()": fc.tuple(junkTensor, junk).map(([x, threshold]) => () => {
    void lab.activeUnits(x as never, { threshold } as never);
  }),
  "ratePerDimension()": junkTensor.map((x) => () => void lab.ratePerDimension(model, x as never)),
  "posteriorCollapse()": fc.tuple(junkTensor, junk).map(([x, epsilon]) => () => {
    void lab.posteriorCollapse(model, x as never, { epsilon } as never);
  }),
  "sprites()": fc
    .record({ size: junk, scales: junk, rotations: junk, columns: junk, rows: junk, turn: junk })
    .map((options) => () => {
      const few = { size: 8, scales: 1, rotations: 1, columns: 1, rows: 1, ...some(options) };
      lab.sprites(few as never).dispose();
    }),
  "blobs()": fc
    .record({ examples: junk, centers: junk, dimensions: junk, separation: junk, spread: junk })
    .map((options) => () => {
      const set = lab.blobs({ examples: 5, ...some(options) } as never);
      set.labels.dispose();
      set.centers.dispose();
      return set.x;
    }),
  "maximumMeanDiscrepancy()": fc
    .tuple(junkTensor, junkTensor, fc.record({ kernel: junk, scales: junk, estimator: junk }))
    .map(
      ([x, y, options]) =>
        () =>
          lab.maximumMeanDiscrepancy(x as never, y as never, some(options) as never),
    ),
  "mmdTest()": fc
    .tuple(junkTensor, junkTensor, fc.record({ permutations: junk, seed: junk }))
    .map(([x, y, options]) => () => {
      void lab.mmdTest(x as never, y as never, { permutations: 19, ...some(options) } as never).pValue;
    }),
  "frechetDistance()": fc.tuple(junkTensor, junkTensor).map(
    ([a, b]) =>
      () =>
        void lab.frechetDistance(a as never, b as never),
  ),
  ...Object.fromEntries(
    Object.entries(disentanglement).map(([name, metric]) => [
      `${name}()`,
      fc
        .tuple(
          junkTensor,
          junkTensor,
          fc.record({ bins: junk, categorical: junk, penalty: junk, votes: junk, seed: junk }),
        )
        .map(([codes, factors, options]) => () => {
          void metric(codes as never, factors as never, some(options) as never);
        }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(ofScores).map(([name, metric]) => [
      `${name}()`,
      fc.tuple(fc.oneof(junkTensor, junk), fc.oneof(junkTensor, junk)).map(
        ([scores, truth]) =>
          () =>
            void metric(scores as never, truth as never),
      ),
    ]),
  ),
  "anomalyThreshold()": fc.tuple(fc.oneof(junkTensor, junk), junk).map(([scores, falseAlarms]) => () => {
    void lab.anomalyThreshold(scores as never, { falseAlarms } as never);
  }),
  "anomalyScores()": fc.tuple(junkTensor, fc.record({ samples: junk, codes: junk })).map(
    ([x, options]) =>
      () =>
        lab.anomalyScores(model, x as never, { samples: 1, ...some(options) } as never),
  ),
  "anomalyScorer()": fc.tuple(junk, junkTensor, fc.record({ samples: junk, codes: junk })).map(
    ([given, x, options]) =>
      () =>
        lab.anomalyScorer((given ?? model) as never, { samples: 1, ...some(options) } as never).score(x as never),
  ),
  "addNoise()": fc.tuple(junkTensor, fc.record({ stdDev: junk, range: junk, seed: junk })).map(([x, options]) => () => {
    void lab.addNoise(x as never, { stdDev: 1, ...some(options) } as never);
  }),
  "addOutliers()": fc
    .tuple(junkTensor, fc.record({ rate: junk, as: junk, deviations: junk, seed: junk }))
    .map(([x, options]) => () => {
      void lab.addOutliers(x as never, { rate: 0.5, as: "noise", ...some(options) } as never);
    }),
  "overSample()": fc.tuple(junk, fc.record({ perClass: small, seed: junk })).map(
    ([labels, options]) =>
      () =>
        void lab.overSample((labels ?? [0, 1, 1]) as never, some(options) as never),
  ),
  "underSample()": fc.tuple(junk, fc.record({ perClass: junk, seed: junk })).map(
    ([labels, options]) =>
      () =>
        void lab.underSample((labels ?? [0, 1, 1]) as never, some(options) as never),
  ),
  "flipLabels()": fc.tuple(junk, fc.record({ classes: junk, rate: junk, confusion: junk, seed: junk })).map(
    ([labels, options]) =>
      () =>
        void lab.flipLabels((labels ?? [0, 1, 1]) as never, { classes: 2, ...some(options) } as never),
  ),
  "stratifiedSubset()": fc.tuple(junk, fc.record({ perClass: junk, size: junk, seed: junk })).map(
    ([labels, options]) =>
      () =>
        void lab.stratifiedSubset((labels ?? [0, 1, 1]) as never, some(options) as never),
  ),
  "probabilisticPca()": fc.tuple(junkTensor, junkTensor, junk).map(([weights, mean, stdDev]) => () => {
    lab.probabilisticPca({ weights, mean, stdDev } as never).dispose();
  }),
  "compressedLength()": fc
    .tuple(junkTensor, fc.record({ levels: junk, columns: junk }))
    .map(([images, options]) => () => {
      void lab.compressedLength(images as never, some(options) as never);
    }),
  "mutatePixels()": fc.tuple(junkTensor, fc.record({ rate: junk, levels: junk })).map(([images, options]) => () => {
    void lab.mutatePixels(images as never, { rate: 0.5, ...some(options) } as never);
  }),
  "fitGaussianMixture()": fc
    .tuple(
      junkTensor,
      fc.record({ components: junk, covariance: junk, restarts: junk, iterations: junk, tolerance: junk }),
    )
    .map(([x, options]) => () => {
      void lab.fitGaussianMixture(x as never, { components: 2, iterations: 3, ...some(options) } as never);
    }),
  "peakSignalToNoise()": fc.tuple(junkTensor, junkTensor, junk).map(([images, references, range]) => () => {
    void lab.peakSignalToNoise(images as never, references as never, some({ range }) as never);
  }),
  "structuralSimilarity()": fc
    .tuple(junkTensor, junkTensor, fc.record({ range: junk, imageShape: junk }))
    .map(([images, references, options]) => () => {
      void lab.structuralSimilarity(images as never, references as never, some(options) as never);
    }),
  "corrupt()": fc
    .tuple(
      junkTensor,
      fc.oneof(
        junk,
        fc.record({
          kind: fc.constantFrom("gaussian", "masking", "saltAndPepper", "rain"),
          stdDev: junk,
          probability: junk,
          fill: junk,
        }),
      ),
    )
    .map(
      ([x, corruption]) =>
        () =>
          void lab.corrupt(x as never, corruption as never, lab.rng(1)),
    ),
  "denoisingVae.restore()": fc.tuple(junkTensor, small, junk).map(
    ([x, samples, seed]) =>
      () =>
        denoising.restore(x as never, some({ samples, seed }) as never),
  ),
  "imputeMissing()": fc
    .tuple(
      fc.oneof(fc.constant(model), junk),
      junkTensor,
      junkTensor,
      fc.record({ samples: small, sweeps: small, burnIn: small, method: junk, values: junk, seed: junk }),
    )
    .map(([given, x, observed, options]) => async () => {
      const filled = await lab.imputeMissing(given as never, x as never, observed as never, some(options) as never);
      return tf.concat([filled.samples, filled.mean.expandDims(0)]);
    }),
  "medianFilter()": fc.tuple(fc.oneof(junkTensor, fc.constant(tensors.image)), junk).map(
    ([images, size]) =>
      () =>
        lab.medianFilter(images as never, some({ size }) as never),
  ),
  "resizeBicubic()": fc
    .tuple(fc.oneof(junkTensor, fc.constant(tensors.image)), fc.oneof(junk, fc.tuple(small, small)))
    .map(
      ([images, size]) =>
        () =>
          lab.resizeBicubic(images as never, size as never),
    ),
  "resultsTable()": junk.map((rows) => () => void lab.resultsTable(rows as never)),
  "multinomialLikelihood()": junk.map((total) => () => void lab.multinomialLikelihood({ total } as never)),
  "perplexity()": fc.tuple(junkTensor, junkTensor, junk).map(([logProbs, words, average]) => () => {
    void lab.perplexity(logProbs as never, words as never, { average } as never);
  }),
  "sequence.embed()": junkTensor.map((x) => () => sequence.embed(x as never)),
  "sequence.sample()": fc.tuple(junk, junk, junk).map(
    ([n, seed, words]) =>
      () =>
        sequence.sample(n as never, some({ seed, words }) as never),
  ),
  "affineBijector()": fc.tuple(fc.record({ shift: junk, logScale: junk }), junkTensor).map(
    ([options, z]) =>
      () =>
        lab.affineBijector(some(options) as never).forward(z as never),
  ),
  "planarBijector()": fc.record({ u: junkTensor, w: junkTensor, b: junk }).map((options) => () => {
    void lab.planarBijector(options as never);
  }),
  ...Object.fromEntries(
    Object.entries(elementWise).map(([name, make]) => [
      `${name}()`,
      fc.tuple(junkTensor, junk).map(([z, rank]) => () => {
        const { logDet, inverse } = make();
        void inverse?.(z as never);
        void logDet(z as never, rank as never);
      }),
    ]),
  ),
  "chainBijector()": junk.map((bijectors) => () => void lab.chainBijector(bijectors as never)),
  "transformed()": fc.tuple(junk, junk, junkTensor).map(([base, bijector, x]) => () => {
    const options = { base: lab.standardNormal([4]), bijector: lab.expBijector(), ...some({ base, bijector }) };
    void lab.transformed(options as never).logProb(x as never);
  }),
  "normalQuantiles()": junk.map((p) => () => lab.normalQuantiles(p as never)),
};

/** Some of the fields: those that are undefined are left to their defaults. */
const some = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What JavaScript says when a value of the wrong kind got past the door. */
const slipped =
  /cannot read prop|is not a function|is not iterable|undefined \(reading|null \(reading|invalid array length|has been externalized|maximum call stack/i;

describe("junk gets a right answer or an error that names it: never a crash, never a silent NaN", () => {
  test.each(Object.entries(calls))("%s", { timeout: 60_000 }, async (_name, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (call) => {
        tf.engine().startScope();
        try {
          const result = await call();
          for (const tensor of tensorsIn(result)) {
            expect(tf.tidy(() => tf.all(tf.isFinite(tensor.toFloat())).dataSync()[0])).toBe(1);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).message).not.toMatch(slipped);
          expect((error as Error).message.length).toBeGreaterThan(10);
        } finally {
          tf.engine().endScope();
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

const tensorsIn = (value: unknown): tf.Tensor[] => (value instanceof tf.Tensor ? [value] : []);
