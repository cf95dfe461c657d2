import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mnist } from "../../src/datasets/mnist";
import type { JittedLoop, jitLoop } from "../../src/jit/jit-loop";
import { vae } from "../../src/models/vae";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import type { FitOptions } from "../../src/training/fit-options";
import { linearWarmup } from "../../src/training/schedules";
import { tolerance } from "../tolerance";
import { adversarial, distance, mean, numbers, pictures, quiet, smallVae, toy } from "./toys";

/** Every compiled function that `fit` makes, so that tests can ask how often it was traced. */
const compiled = vi.hoisted(() => [] as JittedLoop<never, unknown>[]);
vi.mock("../../src/jit/jit-loop", async (original) => {
  const module = await original<typeof import("../../src/jit/jit-loop")>();
  return {
    ...module,
    jitLoop: (...args: Parameters<typeof jitLoop>) => {
      const made = module.jitLoop(...args);
      compiled.push(made as never);
      return made;
    },
  };
});

beforeEach(() => {
  compiled.length = 0;
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

/** Fits a new small VAE, and gives what came of it. */
async function outcome(options: Partial<FitOptions> = {}) {
  const model = smallVae();
  const data = pictures(96);
  const history = await fit(model, data, { epochs: 3, batchSize: 32, learningRate: 0.01, ...quiet, ...options });
  const rows = history.rows.map(({ seconds, phase, ...row }) => Object.values(row).map(Number));
  return { history, values: numbers(model.variables()), rows: rows.flat() };
}

describe("fit", () => {
  test("lowers the loss", async () => {
    const { history } = await outcome({ epochs: 20, validation: pictures(50, 16, 2) });
    const loss = history.column("loss");
    expect(loss.at(-1)).toBeLessThan(loss[0]! - 1);
    expect(history.rows).toHaveLength(20);
    expect(history.stopReason).toBe("completed");
    expect(Object.keys(history.rows[0]!)).toEqual([
      ...["epoch", "phase", "step", "seconds", "learningRate", "loss", "bound", "distortion", "rate"],
      ...["validation_loss", "validation_bound", "validation_distortion", "validation_rate"],
    ]);
    expect(history.column("epoch")).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(history.column("step")).toEqual(Array.from({ length: 20 }, (_, i) => 3 * (i + 1)));
  });

  test("gives the same numbers for the same seed, and others for another", async () => {
    const [first, again, other] = [await outcome(), await outcome(), await outcome({ seed: 1 })];
    expect(again.values).toEqual(first.values);
    expect(again.rows).toEqual(first.rows);
    expect(distance(other.values, first.values)).toBeGreaterThan(1e-3);
  });

  test.each([
    false,
    true,
  ])("computes the same compiled (XLA: %s) as op by op, rows of the history included", async (xla) => {
    const shared = { schedules: { beta: linearWarmup({ epochs: 2 }) }, clipNorm: 1, validation: pictures(40, 16, 2) };
    const eager = await outcome({ ...shared, compile: false });
    const fast = await outcome({ ...shared, xla });
    // A few steps of Adam raise the last bit of a gradient near zero to some ten thousandths of a step.
    expect(distance(fast.values, eager.values)).toBeLessThan(10 * tolerance.float32);
    expect(distance(fast.rows, eager.rows)).toBeLessThan(tolerance.float32);
    expect(compiled.filter(({ stats }) => stats.runs > 0)).toHaveLength(2);
  });

  test("trains on MNIST", async () => {
    const data = await mnist({ train: 1000, pixels: "binary" });
    const model = vae({ dataShape: 784, latentDim: 8, hidden: [64] });
    const history = await fit(model, data.train.images, { ...quiet, epochs: 5, batchSize: 100, learningRate: 3e-3 });
    data.dispose();
    const loss = history.column("loss");
    // A model that knows only the mean of each pixel stands at 206 nats.
    expect(loss.at(-1)).toBeLessThan(215);
    expect(loss[0]).toBeGreaterThan(300);
  });
});

describe("an epoch", () => {
  /** A model that counts in `seen` how often each example came by: one step of gradient ascent of length one each. */
  const counter = (examples: number) => {
    const seen = tf.variable(tf.zeros([examples]));
    const data = { index: tf.range(0, examples, 1, "int32") };
    const model = toy([seen], ({ index }) => {
      const chosen = tf.oneHot(index as tf.Tensor1D, examples).toFloat();
      return tf.neg(tf.sum(tf.mul(chosen, seen)));
    });
    return { seen, data, model };
  };
  const plain = { ...quiet, optimizer: tf.train.sgd, learningRate: 1 };

  test.each([
    ["batches that divide the data", 12, 4, 3],
    ["a last batch of what is left", 14, 4, 4],
    ["a last batch with the rest", 13, 4, 3],
    ["one batch larger than the data", 5, 64, 1],
    ["batches of one", 3, 1, 3],
  ])("takes each example exactly once, in %s", async (_, examples, batch, steps) => {
    const { seen, data, model } = counter(examples);
    const history = await fit(model, data, { ...plain, epochs: 2, batchSize: batch });
    expect([...seen.dataSync()]).toEqual(Array(examples).fill(2));
    expect(history.steps).toBe(2 * steps);
  });

  test("has an order of its own, by the seed", async () => {
    const orders = async (seed: number): Promise<number[][]> => {
      const taken: number[] = [];
      const { data, model } = counter(12);
      const phase = model.phases[0]!;
      const watched = {
        ...model,
        phases: [
          {
            ...phase,
            loss: (...[batch, context]: Parameters<typeof phase.loss>) => {
              taken.push(...batch.index!.dataSync());
              return phase.loss(batch, context);
            },
          },
        ],
      };
      await fit(watched, data, { ...plain, epochs: 2, batchSize: 5, seed, compile: false });
      return [taken.slice(0, 12), taken.slice(12)];
    };
    const [first, second] = await orders(0);
    expect(first!.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(first!.toSorted((a, b) => a - b));
    expect(await orders(0)).toEqual([first, second]);
    expect((await orders(1))[0]).not.toEqual(first);
  });

  test("has the means over its examples as measures, whatever the batches", async () => {
    const data = tf.tensor1d([1, 2, 3, 4, 10]);
    const still = { ...plain, learningRate: 1e-30, epochs: 1 };
    for (const batch of [1, 2, 5]) {
      const history = await fit(mean(0), data, { ...still, batchSize: batch });
      expect(history.column("loss")[0]).toBeCloseTo((1 + 4 + 9 + 16 + 100) / 5, 4);
    }
  });
});

describe("phases", () => {
  test.each([true, false])("move their own variables only, each in turn (compiled: %s)", async (compile) => {
    const { model, generator, critic } = adversarial();
    const options = { ...quiet, optimizer: tf.train.sgd, learningRate: 0.5, epochs: 1, compile };
    const history = await fit(model, tf.ones([4, 1]), options);
    // The critic ascends generator · critic first: 1 + 0.5 · 1; the generator descends it by the critic's new value.
    expect(critic.dataSync()[0]).toBe(1.5);
    expect(generator.dataSync()[0]).toBe(1 - 0.5 * 1.5);
    expect(history.rows.map(({ phase, loss, gap }) => ({ phase, loss, gap }))).toEqual([
      { phase: "critic", loss: -1, gap: 1 },
      { phase: "generator", loss: 1.5, gap: undefined },
    ]);
    expect(history.column("loss", "generator")).toEqual([1.5]);
  });

  test("have an optimizer each", async () => {
    const made: tf.Optimizer[] = [];
    const optimizer = (rate: number) => {
      made.push(tf.train.adam(rate));
      return made.at(-1)!;
    };
    await fit(adversarial().model, tf.ones([4, 1]), { ...quiet, epochs: 2, batchSize: 2, optimizer });
    expect(made.map(({ iterations }) => iterations)).toEqual([4, 4]);
  });
});

describe("schedules", () => {
  test("reach the loss and the learning rate at every step, without a new trace", async () => {
    const w = tf.variable(tf.scalar(0));
    // The gradient is the schedule's value, so that w sums rate · weight over the steps.
    const model = toy([w], (_, { schedules }) => tf.neg(tf.mul(schedules.weight!, w)));
    const options = { ...quiet, optimizer: tf.train.sgd, epochs: 2, batchSize: 2 };
    const history = await fit(model, tf.zeros([8, 1]), {
      ...options,
      schedules: { weight: ({ step }) => step + 1, fixed: 7 },
      learningRate: ({ epoch }) => (epoch < 1 ? 1 : 10),
    });
    expect(w.dataSync()[0]).toBe(1 + 2 + 3 + 4 + 10 * (5 + 6 + 7 + 8));
    expect(compiled.map(({ stats }) => stats.traces)).toEqual([1]);
    expect(history.column("learningRate")).toEqual([1, 10]);
    expect(history.column("fixed")).toEqual([7, 7]);
    expect(history.column("weight")).toEqual([4, 8]);
  });

  test("a last batch of another size is the only other trace", async () => {
    await fit(smallVae(), pictures(10), {
      ...quiet,
      epochs: 5,
      batchSize: 4,
      schedules: { beta: ({ step }) => step / 20 },
    });
    expect(compiled.map(({ stats }) => stats.traces)).toEqual([2]);
  });

  test.each([
    ["schedules.beta", { schedules: { beta: ({ step }: { step: number }) => (step < 2 ? 1 : Number.NaN) } }, "beta"],
    ["learningRate", { learningRate: ({ step }: { step: number }) => 1 / (step - 2) ** 2 }, "learningRate"],
  ])("that give no number end the fit: %s", async (_, options, name) => {
    const model = smallVae();
    const before = numbers(model.variables());
    await expect(fit(model, pictures(20), { ...quiet, epochs: 2, batchSize: 5, ...options })).rejects.toThrow(
      new RegExp(
        `^fit\\(\\): the schedule of ${name} must return a finite number, but returned (NaN|Infinity) at epoch 0.5, step 2`,
      ),
    );
    expect(numbers(model.variables())).toEqual(before);
  });
});

describe("clipNorm", () => {
  const start = [3, -4, 12];
  /** Two variables whose gradient is (6, −8) and 24, of norm 26. */
  const model = () => {
    const [a, b] = [tf.variable(tf.tensor1d(start.slice(0, 2))), tf.variable(tf.scalar(start[2]!))];
    return toy([a, b], () => tf.add(tf.sum(tf.square(a)), tf.square(b)));
  };
  const update = async (options: Partial<FitOptions>) => {
    const clipped = model();
    const shared = { ...quiet, optimizer: tf.train.sgd, learningRate: 1, epochs: 1 };
    await fit(clipped, tf.zeros([1, 1]), { ...shared, ...options });
    return numbers(clipped.variables()).map((value, i) => value - start[i]!);
  };

  test.each([true, false])("scales the whole gradient to the limit (compiled: %s)", async (compile) => {
    const step = await update({ clipNorm: 2, compile });
    expect(Math.hypot(...step)).toBeCloseTo(2, 5);
    expect(
      distance(
        step,
        [-6, 8, -24].map((g) => (2 * g) / 26),
      ),
    ).toBeLessThan(tolerance.float32);
  });

  /** A variable with a gradient of one value, large or small, at each of its elements. */
  const steep = (gradient: number, size = 4) => {
    const w = tf.variable(tf.zeros([size]));
    return { w, model: toy([w], () => tf.sum(tf.mul(w, gradient))) };
  };
  test.each([
    [1e20, true],
    [1e20, false],
    [-3e38, true],
    [1e-20, true],
    [1e-45, false],
    [0, true],
  ])("works for gradients whose squares float32 cannot hold: %f (compiled: %s)", async (gradient, compile) => {
    const { w, model } = steep(gradient);
    const shared = { ...quiet, optimizer: tf.train.sgd, learningRate: 1, epochs: 1, compile };
    await fit(model, tf.zeros([1, 1]), { ...shared, clipNorm: 1 });
    const expected = Math.abs(gradient) > 1 ? -Math.sign(gradient) / 2 : -Math.fround(gradient);
    for (const value of w.dataSync()) expect(value).toBeCloseTo(expected, 6);
  });

  test("lets an infinite gradient be an error", async () => {
    const { w, model } = steep(Number.POSITIVE_INFINITY);
    w.assign(tf.ones([4]));
    const fitting = fit(model, tf.zeros([1, 1]), { ...quiet, epochs: 1, clipNorm: 1 });
    await expect(fitting).rejects.toThrow("became");
  });

  test("leaves a shorter gradient as it is", async () => {
    expect(await update({ clipNorm: 30 })).toEqual([-6, 8, -24]);
    expect(await update({})).toEqual([-6, 8, -24]);
  });
});

describe("steps in one run", () => {
  /** Trains with a clock on which a look takes so many milliseconds. */
  const withClock = async (tick: number, xla: boolean) => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      now += tick;
      return now;
    });
    try {
      const schedules = { beta: linearWarmup({ epochs: 2 }) };
      const made = await outcome({ schedules, xla, batchSize: 7, epochs: 4, validation: pictures(40, 16, 2) });
      return { made, runs: compiled.map(({ stats }) => stats.runs) };
    } finally {
      clock.mockRestore();
    }
  };

  test.each([false, true])("may be many or one, and the numbers are the same (XLA: %s)", async (xla) => {
    const slow = await withClock(100, xla);
    compiled.length = 0;
    const fast = await withClock(0.01, xla);
    expect(fast.made.values).toEqual(slow.made.values);
    expect(fast.made.rows).toEqual(slow.made.rows);
    // 96 examples: 13 batches of 7 and one of 5 an epoch.
    expect(slow.runs[0]).toBe(4 * 14);
    expect(fast.runs[0]).toBeLessThan(4 * 5);
    expect(fast.made.history.xla).toBe(xla);
  });

  test("of phases that alternate are the same as well", async () => {
    const trained = async (tick: number) => {
      const { model } = adversarial();
      let now = 0;
      const clock = vi.spyOn(performance, "now").mockImplementation(() => {
        now += tick;
        return now;
      });
      await fit(model, tf.range(0, 40).expandDims(1), { ...quiet, epochs: 2, batchSize: 2, xla: false });
      clock.mockRestore();
      return numbers(model.variables());
    };
    expect(await trained(0.01)).toEqual(await trained(100));
  });

  test("are compiled by XLA where there are enough of them", async () => {
    const short = await outcome({ xla: undefined });
    expect([short.history.xla, String(short.history).includes("XLA")]).toEqual([false, false]);
    const long = await outcome({ xla: undefined, epochs: 1e6, onEpoch: (_, { stop }) => stop() });
    expect([long.history.xla, String(long.history).includes("with XLA")]).toEqual([true, true]);
  });
});
