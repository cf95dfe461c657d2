import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Phase } from "../../src/objectives/phase";
import { tf } from "../../src/runtime/tensorflow";
import { batchLength } from "../../src/training/batch-length";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";
import { numbers, quiet, toy } from "./toys";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

/** Splits examples as `fit` does. */
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
const plain = { ...quiet, compile: false };

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
