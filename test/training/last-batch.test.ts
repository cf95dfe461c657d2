import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { vae } from "../../src/models/vae";
import type { Phase } from "../../src/objectives/phase";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { batchLength, minimumTrainingBatch } from "../../src/training/batch-length";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import { stepsPerEpoch } from "../../src/training/steps-per-epoch";
import { tolerance } from "../tolerance";
import { numbers, quiet, toy } from "./toys";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const plain = { ...quiet, compile: false };

/** Splits examples as `fit` and `evaluate` do. */
function lengths(size: number, batchSize: number, minimum: number): number[] {
  const found: number[] = [];
  for (let left = size; left > 0; left -= found.at(-1)!) found.push(batchLength(left, batchSize, minimum));
  return found;
}

test.each([
  [33, 32, 2, [33]],
  [65, 32, 2, [32, 33]],
  [64, 32, 2, [32, 32]],
  [66, 32, 2, [32, 32, 2]],
  [66, 32, 3, [32, 34]],
  [501, 500, 2, [501]],
  [33, 32, 1, [32, 1]],
  [5, 64, 2, [5]],
  [3, 2, 2, [3]],
  [4, 1, 1, [1, 1, 1, 1]],
])("%d examples at batch size %d and a minimum of %d come as %j", (size, batchSize, minimum, expected) => {
  expect(lengths(size, batchSize, minimum)).toEqual(expected);
});

describe("in training, a rest below half a batch joins the batch before it", () => {
  test.each([
    [1024, 128, Array(8).fill(128)],
    [1025, 128, [...Array(7).fill(128), 129]],
    [1087, 128, [...Array(7).fill(128), 191]],
    [1088, 128, [...Array(8).fill(128), 64]],
    [191, 128, [191]],
    [192, 128, [128, 64]],
    [100, 128, [100]],
    [1, 128, [1]],
    [7, 5, [7]],
    [8, 5, [5, 3]],
    [4, 1, [1, 1, 1, 1]],
  ])("%d examples at batch size %d take steps of %j", async (size, batchSize, expected) => {
    const [w, seen] = [tf.variable(tf.scalar(1)), [] as number[]];
    const model = toy([w], ({ x }) => {
      seen.push(x!.shape[0]!);
      return tf.square(w);
    });
    const { steps } = await fit(model, tf.zeros([size]), { ...plain, epochs: 1, batchSize });
    expect(seen).toEqual(expected);
    expect(stepsPerEpoch(size, { batchSize })).toBe(steps);
  });

  test("stepsPerEpoch() counts them for every size, batch size and minimum of a model", () => {
    for (let batchSize = 1; batchSize <= 12; batchSize++) {
      for (let minimumBatch = 1; minimumBatch <= batchSize; minimumBatch++) {
        for (let size = 1; size <= 40; size++) {
          const found = lengths(size, batchSize, minimumTrainingBatch(batchSize, minimumBatch));
          expect(stepsPerEpoch(size, { batchSize, minimumBatch })).toBe(found.length);
          expect(found.reduce((sum, length) => sum + length)).toBe(size);
          expect(Math.max(...found)).toBeLessThan(1.5 * batchSize + Math.max(1, minimumBatch - batchSize / 2));
          if (size >= batchSize) expect(Math.min(...found)).toBeGreaterThanOrEqual(batchSize / 2);
        }
      }
    }
  });

  test("stepsPerEpoch() refuses what is no count", () => {
    expect(() => stepsPerEpoch(0)).toThrow(
      "stepsPerEpoch(): examples must be a whole number of at least 1, but got 0.",
    );
    expect(() => stepsPerEpoch(5, { batchSize: 2.5 })).toThrow("stepsPerEpoch(): batchSize must be a whole number");
    expect(() => stepsPerEpoch(5, { batch: 2 } as never)).toThrow("batchSize");
    expect(() => stepsPerEpoch(5, { batchSize: 2, minimumBatch: 3 })).toThrow(
      "stepsPerEpoch(): minimumBatch must be at most the batch size, 2, but got 3.",
    );
  });
});

// A step of full length for the one example that is left cost 0.2 nats with a fixed σ and 0.3 with the optimal one.
describe("one example more than whole batches costs nothing", () => {
  test.each([0.5, "optimal"] as const)("with σ = %s", async (stdDev) => {
    const all = tf.tidy(() => {
      const [weights, z, noise] = rng(5).split(3);
      return z!
        .normal([2025, 2])
        .matMul(weights!.normal([2, 8]))
        .add(noise!.normal([2025, 8]).mul(0.5));
    }) as tf.Tensor2D;
    const unseen = tf.slice(all, 1025, 1000);
    const seeds = [1, 2, 3, 4];
    const bound = async (examples: number): Promise<number> => {
      let sum = 0;
      for (const seed of seeds) {
        const model = vae({ dataShape: 8, latentDim: 2, hidden: [], seed, likelihood: gaussianLikelihood({ stdDev }) });
        await fit(model, tf.slice(all, 0, examples), { ...quiet, epochs: 20, learningRate: 0.03, seed });
        sum -= (await evaluate(model, unseen)).elbo.loss;
        model.dispose();
      }
      return sum / seeds.length;
    };
    const whole = await bound(1024);
    expect(Math.abs((await bound(1025)) / whole - 1)).toBeLessThan(tolerance.bound);
  });
});

/** A phase that needs two examples: the unbiased variance of the data beside the weight. */
function pairs() {
  const w = tf.variable(tf.scalar(3));
  const sizes: number[] = [];
  const loss: Phase["loss"] = ({ x }) => {
    const n = x!.shape[0]!;
    if (n < 2) throw new RangeError("one example has no variance");
    sizes.push(n);
    return { loss: tf.square(w), terms: { mean: x!, spread: tf.scalar(1 / (n - 1)) } };
  };
  return { w, sizes, model: toy([w], loss, { minimumBatch: 2 }) };
}
describe("a phase that needs two examples", () => {
  test("trains on any number of them, and every example counts once", async () => {
    const { model, sizes, w } = pairs();
    const data = tf.range(0, 33);
    const history = await fit(model, data, { ...plain, epochs: 2, batchSize: 32, validation: tf.range(0, 501) });
    expect(sizes).toEqual([33, 501, 33, 501]);
    expect([history.stopReason, history.steps, history.rows.length]).toEqual(["completed", 2, 2]);
    expect(history.column("mean")[0]).toBeCloseTo(16, 5);
    expect(history.column("validation_mean")[0]).toBeCloseTo(250, 3);
    expect(numbers([w])[0]).not.toBe(3);
  });

  test("is evaluated on any number of them", async () => {
    const { model, sizes } = pairs();
    const { only } = await evaluate(model, tf.range(0, 501), { compile: false });
    expect(sizes).toEqual([501]);
    expect(Math.abs(only!.mean! - 250) / 250).toBeLessThan(tolerance.float32);
    await evaluate(model, tf.range(0, 7), { compile: false, batchSize: 3 });
    expect(sizes).toEqual([501, 3, 4]);
  });

  test("continues within an epoch with the same batches", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "elbo-lab-last-batch-"));
    const { model, sizes } = pairs();
    const controller = new AbortController();
    const interrupt = ({ step }: { step: number }): number => {
      if (step === 1) controller.abort();
      return 0;
    };
    const shared = { ...plain, epochs: 1, batchSize: 2, checkpoint: path.join(folder, "run.ckpt") };
    const given = { ...shared, schedules: { interrupt }, signal: controller.signal };
    expect((await fit(model, tf.range(0, 9), given)).stopReason).toBe("interrupted");
    expect(sizes).toEqual([2, 2]);
    const history = await fit(model, tf.range(0, 9), { ...shared, resume: true });
    expect(sizes).toEqual([2, 2, 2, 3]);
    expect(history.column("mean")[0]).toBeCloseTo(4, 5);
    rmSync(folder, { recursive: true });
  });

  test("refuses fewer, and batches that are too small, before anything is trained", async () => {
    const { model } = pairs();
    const accepted = "at least 2, the fewest examples the model can compute its loss from";
    for (const call of [fit, evaluate] as (typeof fit)[]) {
      const where = `${call.name}()`;
      const options = call === fit ? { ...plain, epochs: 1 } : { compile: false };
      await expect(call(model, tf.zeros([1]), options as never)).rejects.toThrow(
        `${where}: the number of examples of data must be ${accepted}, but got 1.`,
      );
      await expect(call(model, tf.zeros([4]), { ...options, batchSize: 1 } as never)).rejects.toThrow(
        `${where}: batchSize must be ${accepted}, but got 1.`,
      );
    }
    await expect(fit(model, tf.zeros([4]), { ...plain, epochs: 1, validation: tf.zeros([1]) })).rejects.toThrow(
      `fit(): the number of examples of validation must be ${accepted}, but got 1.`,
    );
  });
});
