import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  adversarialAutoencoder,
  autoencoder,
  bernoulliLikelihood,
  categoricalLikelihood,
  conditionalVae,
  factorVae,
  hierarchicalVae,
  ladderVae,
  load,
  mlp,
  neuralDocumentModel,
  predictor,
  save,
  semiSupervisedVae,
  sequenceVae,
  supervisedVae,
  tf,
  vae,
  vaeGan,
  waeMmd,
  wordDecoder,
  wordEncoder,
} from "../../src";

const [dataShape, latentDim, hidden] = [6, 2, [3]];
const base = { dataShape, latentDim, hidden };
const body = (inputs: number): tf.LayersModel => mlp({ inputs, hidden: [5] });
const texts = { vocabulary: 4, length: 3, embedding: 2, units: 3 };

/** Models with networks that were passed in, and those networks. */
const cases: Record<string, () => { made: { dispose(): void }; given: tf.LayersModel[] }> = {
  ...Object.fromEntries(
    Object.entries({ vae, autoencoder, waeMmd, adversarialAutoencoder, vaeGan, factorVae }).map(([name, make]) => [
      `${name}()`,
      () => {
        const given = [body(dataShape), body(latentDim)] as const;
        return { made: make({ ...base, encoder: given[0], decoder: given[1] }), given: [...given] };
      },
    ]),
  ),
  "factorVae() with a discriminator": () => {
    const discriminator = body(latentDim);
    return { made: factorVae({ ...base, discriminator }), given: [discriminator] };
  },
  "vaeGan() with a discriminator": () => {
    const discriminator = body(dataShape);
    return { made: vaeGan({ ...base, discriminator }), given: [discriminator] };
  },
  "vae() with a whole encoder": () => {
    const encoder = mlp({ inputs: dataShape, hidden: [5], outputs: 2 * latentDim });
    return { made: vae({ ...base, encoder, encoderHead: false }), given: [encoder] };
  },
  "hierarchicalVae()": () => {
    const encoder = body(dataShape);
    return { made: hierarchicalVae({ dataShape, latentDims: [2, 2], between: [3], encoder }), given: [encoder] };
  },
  "ladderVae()": () => {
    const encoder = body(dataShape);
    return { made: ladderVae({ dataShape, latentDims: [2, 2], between: [3], encoder }), given: [encoder] };
  },
  "conditionalVae()": () => {
    const priorNetwork = body(2);
    return { made: conditionalVae({ ...base, condition: 2, prior: "learned", priorNetwork }), given: [priorNetwork] };
  },
  "semiSupervisedVae()": () => {
    const classifier = body(dataShape);
    return { made: semiSupervisedVae({ ...base, classes: 2, classifier }), given: [classifier] };
  },
  "predictor()": () => {
    const network = body(dataShape);
    const likelihood = categoricalLikelihood({ classes: 2 });
    return { made: predictor({ dataShape, likelihood, network }), given: [network] };
  },
  "neuralDocumentModel()": () => {
    const encoder = body(dataShape);
    return { made: neuralDocumentModel({ words: dataShape, latentDim, encoder }), given: [encoder] };
  },
  "sequenceVae()": () => {
    const given = [wordEncoder(texts), wordDecoder({ ...texts, latentDim })] as const;
    return {
      made: sequenceVae({ ...texts, latentDim, encoder: given[0], decoder: given[1] }),
      given: [...given],
    };
  },
};

describe("dispose()", () => {
  test.each(Object.entries(cases))("of %s frees what the model made, and no network that was passed in", (_, make) => {
    const before = tf.memory().numTensors;
    const { made, given } = make();
    made.dispose();
    made.dispose();
    const weights = new Set(given.flatMap((network) => network.weights.map((weight) => weight.read())));
    expect([...weights].some(({ isDisposed }) => isDisposed)).toBe(false);
    expect(tf.memory().numTensors - before).toBe(weights.size);
    for (const network of given) network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("of supervisedVae() leaves the VAE and its networks alone", () => {
    const before = tf.memory().numTensors;
    const inner = vae({ ...base, likelihood: bernoulliLikelihood() });
    const alone = tf.memory().numTensors;
    const model = supervisedVae({ vae: inner, taskLikelihood: categoricalLikelihood({ classes: 3 }), taskHidden: [4] });
    model.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(alone);
    tf.tidy(() => {
      expect(inner.sample(2).shape).toEqual([2, dataShape]);
    });
    inner.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each<[string, () => { dispose(): void; spec: unknown }, (options: never) => never]>([
    ["vae()", () => vae(base), vae as never],
    [
      "supervisedVae()",
      () => supervisedVae({ vae: vae(base), taskLikelihood: categoricalLikelihood({ classes: 3 }) }),
      supervisedVae as never,
    ],
    ["sequenceVae()", () => sequenceVae({ ...texts, latentDim }), sequenceVae as never],
  ])("of a loaded %s frees the networks that load() made", async (_, make, maker) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    try {
      await save(make() as never, folder);
      const before = tf.memory().numTensors;
      const loaded = (await load(folder, maker)) as { dispose(): void };
      loaded.dispose();
      loaded.dispose();
      expect(tf.memory().numTensors).toBe(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
