import { describe, expect, test } from "vitest";
import {
  adversarialAutoencoder,
  autoencoder,
  categoricalLikelihood,
  conditionalVae,
  convDecoder,
  convEncoder,
  dropout,
  factorVae,
  fit,
  gaussianNoise,
  hierarchicalVae,
  ladderVae,
  mlp,
  neuralDocumentModel,
  predictor,
  semiSupervisedVae,
  sequenceVae,
  supervisedVae,
  tf,
  vae,
  vaeGan,
  waeMmd,
  wordDecoder,
  wordDropout,
  wordEncoder,
} from "../../src";

const base = { dataShape: 4, latentDim: 2, hidden: [3] };
const texts = { vocabulary: 4, length: 3, embedding: 2, units: 3 };
const likelihood = categoricalLikelihood({ classes: 2 });

describe("unknown options are refused with the nearest name", () => {
  test.each<[string, () => unknown, string]>([
    [
      "autoencoder",
      () => autoencoder({ ...base, hiden: [3] } as never),
      'autoencoder(): there is no option "hiden". Did you mean "hidden"?',
    ],
    [
      "adversarialAutoencoder",
      () => adversarialAutoencoder({ ...base, discriminatorHiden: [3] } as never),
      '"discriminatorHidden"',
    ],
    ["waeMmd", () => waeMmd({ ...base, lamda: 3 } as never), '"lambda"'],
    ["vaeGan", () => vaeGan({ ...base, lossWeight: {} } as never), '"lossWeights"'],
    ["vaeGan, a weight", () => vaeGan({ ...base, lossWeights: { pixel: 1 } } as never), '"pixels"'],
    ["factorVae", () => factorVae({ ...base, gama: 3 } as never), '"gamma"'],
    [
      "factorVae, a scale",
      () => factorVae({ ...base, learningRateScales: { discriminater: 1 } } as never),
      '"discriminator"',
    ],
    ["factorVae has no β", () => factorVae({ ...base, beta: 2 } as never), 'no option "beta"'],
    ["conditionalVae", () => conditionalVae({ ...base, condition: 2, priorNetwrk: 1 } as never), '"priorNetwork"'],
    [
      "hierarchicalVae",
      () => hierarchicalVae({ dataShape: 4, latentDims: [2], latentDim: 2 } as never),
      '"latentDims"',
    ],
    ["ladderVae", () => ladderVae({ dataShape: 4, latents: [2] } as never), '"latentDims"'],
    [
      "neuralDocumentModel",
      () => neuralDocumentModel({ words: 4, latentDim: 2, concentraton: 1 } as never),
      '"concentration"',
    ],
    ["sequenceVae", () => sequenceVae({ ...texts, latentDim: 2, unit: 3 } as never), '"units"'],
    [
      "semiSupervisedVae",
      () => semiSupervisedVae({ ...base, classes: 2, labelledWeight: 1 } as never),
      '"labeledWeight"',
    ],
    [
      "supervisedVae",
      () => supervisedVae({ vae: vae(base), taskLikelihood: likelihood, lamda: 1 } as never),
      '"lambda"',
    ],
    ["predictor", () => predictor({ data: 4, likelihood } as never), '"dataShape"'],
    ["mlp", () => mlp({ inputs: 4, hidden: [2], activations: "relu" } as never), '"activation"'],
    ["convEncoder", () => convEncoder({ inputs: [4, 4, 1], filter: [2] } as never), '"filters"'],
    [
      "convDecoder",
      () => convDecoder({ inputs: 2, outputs: [4, 4, 1], filters: [2], kernel: 4 } as never),
      '"kernelSize"',
    ],
    ["dropout", () => dropout({ rate: 0.1, seed: 1 } as never), 'no option "seed"'],
    ["gaussianNoise", () => gaussianNoise({ stddev: 1 } as never), '"stdDev"'],
    ["wordDropout", () => wordDropout({ rates: 0.1 } as never), '"rate"'],
    ["wordEncoder", () => wordEncoder({ ...texts, latentDim: 2 } as never), 'no option "latentDim"'],
    ["wordDecoder", () => wordDecoder({ ...texts, latentDim: 2, dropOut: 0.5 } as never), '"dropout"'],
  ])("%s", (_, run, message) => expect(run).toThrow(message));
});

describe("options out of range are named as the user wrote them", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a weight",
      () => vaeGan({ ...base, lossWeights: { pixels: -1 } }),
      "vaeGan(): lossWeights.pixels must be a finite number of at least 0",
    ],
    [
      "weights that are none",
      () => vaeGan({ ...base, lossWeights: 3 as never }),
      "vaeGan(): lossWeights must be an object with options: features",
    ],
    [
      "a kernel",
      () => waeMmd({ ...base, discrepancy: "gaussian" as never }),
      "waeMmd(): discrepancy must be an object with options",
    ],
    [
      "no options",
      () => autoencoder(undefined as never),
      "autoencoder(): options must be an object with options: dataShape",
    ],
    [
      "several first layers",
      () => mlp({ inputs: 4, hidden: [2], first: [dropout({ rate: 0.1 })] as never }),
      "mlp(): first must be one layer",
    ],
    [
      "a network that is none",
      () => predictor({ dataShape: 4, likelihood, network: {} as never }),
      "predictor(): network must be a network: mlp()",
    ],
  ])("%s", (_, run, message) => expect(run).toThrow(message));
});

describe("layers of tf.layers whose random numbers cannot be seeded are refused, with the library's layer", () => {
  const within = (layer: tf.layers.Layer): tf.LayersModel =>
    tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3 }), layer] });
  test.each<[string, () => unknown, string]>([
    [
      "dropout",
      () => vae({ ...base, encoder: within(tf.layers.dropout({ rate: 0.5 })) }),
      "Use dropout({ rate }) of this library instead.",
    ],
    [
      "noise",
      () => autoencoder({ ...base, encoder: within(tf.layers.gaussianNoise({ stddev: 1 })) }),
      "gaussianNoise({ stdDev })",
    ],
    [
      "dropout in a network within",
      () =>
        predictor({
          dataShape: 4,
          likelihood,
          network: tf.sequential({ layers: [within(tf.layers.dropout({ rate: 0.5 }))] }),
        }),
      "dropout({ rate })",
    ],
    [
      "dropout as a first layer",
      () => mlp({ inputs: 4, hidden: [2], first: tf.layers.dropout({ rate: 0.5 }) }),
      "mlp(): the first layer",
    ],
    [
      "a GRU with dropout",
      () =>
        predictor({
          dataShape: [3, 4],
          likelihood,
          network: tf.sequential({ layers: [tf.layers.gru({ inputShape: [3, 4], units: 2, dropout: 0.3 })] }),
        }),
      "add dropout({ rate }) of this library before or after it",
    ],
  ])("%s", (_, run, message) => expect(run).toThrow(message));

  test("the library's own layers, and those of tf.layers with a dropout of 0, are accepted", async () => {
    const network = tf.sequential({
      layers: [tf.layers.gru({ inputShape: [3, 4], units: 3 }), dropout({ rate: 0.5 }), gaussianNoise({ stdDev: 0.1 })],
    });
    const model = predictor({ dataShape: [3, 4], likelihood, network });
    const data = { x: tf.ones([8, 3, 4]), y: tf.zeros([8], "int32") };
    const { rows } = await fit(model, data, { epochs: 1, progress: false, xla: false });
    expect(Number.isFinite(rows[0]?.loss)).toBe(true);
    model.dispose();
    tf.dispose([...network.getWeights(), data.x, data.y]);
  });
});
