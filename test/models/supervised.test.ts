import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  categoricalLikelihood,
  evaluate,
  factorVae,
  fit,
  freeze,
  gaussianLikelihood,
  load,
  type SupervisedVae,
  type SupervisedVaeOptions,
  save,
  supervisedVae,
  type Trainable,
  tf,
  unfreeze,
  vae,
} from "../../src";
import { rng } from "../../src/runtime/rng";
import { tolerance } from "../tolerance";
import { distance, numbers, pictures } from "../training/toys";

const quiet = { progress: false, xla: false, seed: 1 } as const;
const [examples, size, classes] = [48, 16, 4];
const x = pictures(examples);
/** The prototype that a picture is nearest to: the first three pixels tell enough of it. */
const y = tf.tidy(() => tf.sum(tf.slice(x, [0, 0], [examples, 3]), 1).toInt()) as tf.Tensor1D;
const base = () => vae({ dataShape: size, latentDim: 2, hidden: [8] });
const make = (options: Partial<SupervisedVaeOptions> = {}) =>
  supervisedVae({ vae: base(), taskLikelihood: categoricalLikelihood({ classes }), ...options });
const valuesOf = (model: SupervisedVae, batch: Record<string, tf.Tensor>, schedules: Record<string, number> = {}) =>
  tf.tidy(() => {
    const given = Object.fromEntries(Object.entries(schedules).map(([name, value]) => [name, tf.scalar(value)]));
    const { loss, terms } = model.phases[0].loss(batch, { rng: rng(3), training: false, schedules: given });
    const means = Object.entries(terms).map(([name, term]) => [name, tf.mean(term).dataSync()[0] as number]);
    return { loss: loss.dataSync()[0] as number, ...Object.fromEntries(means) } as Record<string, number>;
  });
/** −log softmax(logits)[y], written out. */
const crossEntropy = (logits: tf.Tensor) => {
  const picked = tf.sum(tf.mul(logits, tf.oneHot(y, classes)), 1);
  return tf.sub(tf.logSumExp(logits, 1), picked);
};

describe("supervisedVae()", () => {
  test("its loss is −ELBO + λ times the cross-entropy at the mean code, means over the batch of nats per example", () => {
    const model = make({ lambda: 2.5 });
    const weight = tf.range(0, examples).mod(3);
    const plain = tf.tidy(
      () =>
        model
          .terms(x, rng(3))
          .distortion.add(model.terms(x, rng(3)).rate)
          .mean()
          .dataSync()[0]!,
    );
    const [task, weighted] = tf.tidy(() => {
      const surprise = crossEntropy(model.taskNetwork.apply(model.encode(x).mean()) as tf.Tensor);
      return [surprise.mean().dataSync()[0]!, surprise.mul(weight).mean().dataSync()[0]!];
    });
    expect(valuesOf(model, { x, y }).loss! / (plain + 2.5 * task) - 1).toBeCloseTo(0, 5);
    expect(valuesOf(model, { x, y, weight }).loss! / (plain + 2.5 * weighted) - 1).toBeCloseTo(0, 5);
    expect(valuesOf(model, { x, y }, { lambda: 0 }).loss! / plain - 1).toBeCloseTo(0, 5);
    model.dispose();
    weight.dispose();
  });

  test("with labeledX, the task's loss is that of the labeled examples and the ELBO that of the others", () => {
    const model = make({ lambda: 2.5 });
    const others = pictures(examples, size, 9);
    const [alone, paired] = [valuesOf(model, { x, y }), valuesOf(model, { x: others, labeledX: x, y })];
    const elsewhere = valuesOf(model, { x: others, y });
    expect(paired.taskLoss).toBeCloseTo(alone.taskLoss!, 5);
    expect([paired.distortion, paired.rate]).toEqual([elsewhere.distortion, elsewhere.rate]);
    model.dispose();
    others.dispose();
  });

  test("a pretrained VAE is trained further, not copied, and what people look at stays", async () => {
    const pretrained = base();
    await fit(pretrained, x, { ...quiet, epochs: 2 });
    const before = numbers(pretrained.variables());
    const model = make({ vae: pretrained, lambda: 10 });
    expect(model.variables().slice(0, pretrained.variables().length)).toEqual(pretrained.variables());
    await fit(model, { x, y }, { ...quiet, epochs: 60, batchSize: 16, learningRate: 0.01 });
    expect(numbers(pretrained.variables())).not.toEqual(before);
    tf.tidy(() => {
      const probabilities = model.predict(x);
      expect(probabilities.shape).toEqual([examples, classes]);
      const right = tf.equal(model.classify(x), y).toFloat().mean().dataSync()[0]!;
      expect(right).toBeGreaterThan(0.8);
      expect(model.embed(x).shape).toEqual([examples, 2]);
      expect(model.reconstruct(x).shape).toEqual([examples, size]);
      expect(model.sample(3).shape).toEqual([3, size]);
    });
    expect(model.summary()).toMatch(/task: \[batch, 2\] → \[batch, 4\]/);
    model.dispose();
  });

  test("a variant with phases of its own keeps them", async () => {
    const model = make({ vae: factorVae({ dataShape: size, latentDim: 2, hidden: [8], discriminatorHidden: [4] }) });
    const { rows } = await fit(model, { x, y }, { ...quiet, epochs: 1 });
    expect(rows.map(({ phase }) => phase)).toEqual(["elbo", "discriminator"]);
    expect(Object.keys(rows[0]!)).toEqual(expect.arrayContaining(["totalCorrelation", "taskLoss"]));
    model.dispose();
  });

  test("numbers are predicted with a learned σ", async () => {
    const heights = tf.tidy(() =>
      tf
        .sum(x, 1, true)
        .sub(size / 2)
        .div(2)
        .add(rng(2).normal([examples, 1]).mul(0.3)),
    );
    const model = supervisedVae({ vae: base(), taskLikelihood: gaussianLikelihood(), lambda: 5, taskHidden: [8] });
    await fit(
      model,
      { x, y: heights },
      { ...quiet, epochs: 400, batchSize: 16, learningRate: ({ epoch, epochs }) => 0.03 * (1 - epoch / epochs) },
    );
    tf.tidy(() => {
      const error = tf.sub(model.predict(x), heights).square().mean().sqrt().dataSync()[0]!;
      const sigma = tf.exp(tf.mul(model.taskLikelihood.variables[0]!, 0.5)).dataSync()[0]!;
      const spread = tf.moments(heights).variance.sqrt().dataSync()[0]!;
      expect(error).toBeLessThan(0.6 * spread);
      // σ follows the error of a network that still moves.
      expect(sigma / error).toBeGreaterThan(0.8);
      expect(sigma / error).toBeLessThan(1.25);
    });
    model.dispose();
    heights.dispose();
  });

  test("a model whose VAE has an objective of its own asks for the VAE when it is loaded", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    try {
      const model = make({
        vae: vae({
          dataShape: size,
          latentDim: 2,
          hidden: [8],
          objective: ({ distortion }) => tf.neg(distortion) as never,
        }),
      });
      await save(model, folder);
      await expect(load(folder, supervisedVae)).rejects.toThrow("load(folder, supervisedVae, { vae })");
      const loaded = await load(folder, supervisedVae, { vae: base() });
      expect(numbers(loaded.variables())).toEqual(numbers(model.variables()));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("λ means the same at every batch size", () => {
  // One latent dimension for data of two: it can hold the wide direction, which the ELBO asks for, or the narrow one, which
  // the labels depend on. λ decides.
  const count = 256;
  const wide = tf.tidy(
    () =>
      rng(4)
        .normal([count, 2])
        .mul([[3, 1]]) as tf.Tensor2D,
  );
  const above = tf.tidy(() =>
    tf
      .greater(tf.slice(wide, [0, 1], [count, 1]), 0)
      .toInt()
      .reshape([count]),
  ) as tf.Tensor1D;
  const toy = (lambda: number) =>
    supervisedVae({
      vae: vae({ dataShape: 2, latentDim: 1, hidden: [], likelihood: gaussianLikelihood({ stdDev: 1 }), seed: 2 }),
      taskLikelihood: categoricalLikelihood({ classes: 2 }),
      lambda,
    });
  /** Trained by as many steps whatever the batch; the task's loss where it ends. */
  const endOf = async (model: SupervisedVae, batch: number, trained: Trainable = model): Promise<number> => {
    const steps = 600;
    await fit(
      trained,
      { x: wide, y: above },
      {
        ...quiet,
        epochs: steps / (count / batch),
        batchSize: batch,
        learningRate: ({ epoch, epochs }) => 0.03 * (1 - epoch / epochs),
      },
    );
    const { elbo } = await evaluate(model, { x: wide, y: above });
    model.dispose();
    return elbo.taskLoss;
  };
  /** The mistake: a sum over the batch plus λ times a mean. */
  const withSum = (model: SupervisedVae, lambda: number): Trainable => {
    const [phase] = model.phases;
    return {
      ...model,
      phases: [
        {
          ...phase,
          loss(batch, context) {
            const { terms } = phase.loss(batch, context);
            const { distortion, rate, taskLoss } = terms;
            return { loss: tf.add(tf.sum(tf.add(distortion, rate)), tf.mul(tf.mean(taskLoss), lambda)), terms };
          },
        },
      ],
    };
  };

  test("batches of 64 and of 256 end at the same optimum", async () => {
    const [small, large] = [await endOf(toy(12), 64), await endOf(toy(12), 256)];
    expect(Math.abs(small - large)).toBeLessThan(0.02);
  });

  test("where the ELBO is summed over the batch and the task's loss averaged, a weight that is right for 64 is wrong for 256", async () => {
    const wrong = (batch: number) => {
      const model = toy(12);
      return endOf(model, batch, withSum(model, 12 * 64));
    };
    const [right, small, large] = [await endOf(toy(12), 64), await wrong(64), await wrong(256)];
    expect(Math.abs(small - right)).toBeLessThan(0.02);
    expect(Math.abs(large - right)).toBeGreaterThan(0.2);
  });
});

describe("freeze() and unfreeze()", () => {
  test("only the task's network is trained while encoder and decoder are frozen, and everything afterwards", async () => {
    const model = make();
    const own = numbers(model.taskNetwork.getWeights());
    const others = () => numbers([...model.encoder.getWeights(), ...model.decoder.getWeights()]);
    const before = others();
    freeze(model.encoder, model.decoder);
    expect(model.phases[0].variables()).toHaveLength(2);
    await fit(model, { x, y }, { ...quiet, epochs: 2 });
    expect(others()).toEqual(before);
    expect(numbers(model.taskNetwork.getWeights())).not.toEqual(own);
    unfreeze(model.encoder);
    await fit(model, { x, y }, { ...quiet, epochs: 2 });
    const encoded = numbers(model.encoder.getWeights());
    expect(encoded).not.toEqual(before.slice(0, encoded.length));
    expect(numbers(model.decoder.getWeights())).toEqual(before.slice(encoded.length));
    model.dispose();
  });

  test("a fit of a partly frozen model goes on exactly from its checkpoint", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    const checkpoint = path.join(folder, "checkpoint");
    try {
      const frozen = () => {
        const model = make();
        freeze(model.encoder.layers.at(-1) as tf.layers.Layer, model.decoder);
        return model;
      };
      const [whole, halves] = [frozen(), frozen()];
      await fit(whole, { x, y }, { ...quiet, epochs: 4, batchSize: 16 });
      await fit(halves, { x, y }, { ...quiet, epochs: 2, batchSize: 16, checkpoint });
      const resumed = frozen();
      await fit(resumed, { x, y }, { ...quiet, epochs: 4, batchSize: 16, checkpoint, resume: true });
      expect(distance(numbers(resumed.variables()), numbers(whole.variables()))).toBe(tolerance.exact);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a saved model remembers what is frozen", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    try {
      const model = make();
      freeze(model.encoder);
      await save(model, folder);
      const loaded = await load(folder, supervisedVae);
      expect(loaded.phases[0].variables()).toHaveLength(model.phases[0].variables().length);
      expect(numbers(loaded.encoder.getWeights())).toEqual(numbers(model.encoder.getWeights()));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("refuse what is no network", () => {
    expect(() => freeze(x as never)).toThrow(/freeze\(\): a part must be a network or a layer/);
    expect(() => unfreeze(undefined as never)).toThrow(/unfreeze\(\): a part must be a network or a layer.*undefined/);
  });
});

describe("supervisedVae() refuses by name", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "no VAE",
      () => make({ vae: {} as never }),
      /supervisedVae\(\): vae must be a model created by vae\(\) or a variant/,
    ],
    ["no likelihood", () => make({ taskLikelihood: undefined as never }), /taskLikelihood must be a likelihood of y/],
    ["a negative λ", () => make({ lambda: -1 }), /lambda must be a finite number of at least 0.*got -1/],
    ["another code", () => make({ code: "mode" as never }), /code must be "mean" or "draw"/],
    ["hidden widths of 0", () => make({ taskHidden: [0] }), /taskHidden must be a list of whole numbers/],
    [
      "a network for other codes",
      () => make({ taskNetwork: base().encoder }),
      /the taskNetwork's input must be of shape \[2\]/,
    ],
  ])("%s", (_, run, message) => expect(run).toThrow(message));

  test.each<[string, Record<string, tf.Tensor>, RegExp]>([
    ["data without labels", { x }, /fit\(\): y must be a tensor of type int32 and shape \[48\].*Pass \{ x, y \}/],
    [
      "labeled examples of another width",
      { x, y, labeledX: tf.zeros([examples, 3]) },
      /labeledX must be of shape \[examples, 16\]/,
    ],
    ["gray pixels", { x: tf.fill([examples, size], 0.5), y }, /fit\(\): x must be 0 or 1/],
  ])("%s, in fit", async (_, data, message) => {
    await expect(fit(make(), data, { ...quiet, epochs: 1 })).rejects.toThrow(message);
  });
});
