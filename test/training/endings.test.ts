import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { frontEndSymbol } from "../../src/display/front-end";
import type { Phase } from "../../src/objectives/phase";
import { finiteNumber } from "../../src/runtime/rules";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import type { FitOptions } from "../../src/training/fit-options";
import { NonFiniteError } from "../../src/training/non-finite-error";
import { adversarial, mean, numbers, pictures, quiet, smallVae, toy } from "./toys";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

/** A model that reports scripted scores, one an epoch, and whose weight is minus the number of steps it has taken. */
function scripted(scores: readonly number[]) {
  const w = tf.variable(tf.scalar(0));
  const model = toy([w], (_, { schedules }) => ({ loss: tf.add(w, 0), terms: { score: schedules.script! } }));
  const options = {
    ...quiet,
    optimizer: tf.train.sgd,
    learningRate: 1,
    epochs: scores.length,
    schedules: { script: ({ step }: { step: number }) => scores[step] ?? 0 },
    monitor: { measure: "score", goal: "lowest" } as const,
  };
  return { run: (more: Partial<FitOptions>) => fit(model, tf.zeros([1, 1]), { ...options, ...more }), w };
}

describe("early stopping", () => {
  const scores = [5, 4, 1, 2, 3, 1, 0.5, 9, 9];

  test.each([
    [1, 4, 3],
    [2, 5, 3],
    [3, 6, 3],
    [4, 9, 7],
  ])("with a patience of %d ends after epoch %d and puts epoch %d back", async (patience, epochs, best) => {
    const { run, w } = scripted(scores);
    const history = await run({ patience });
    expect(history.rows).toHaveLength(epochs);
    expect(history.bestEpoch).toBe(best);
    expect(history.stopReason).toBe(epochs < scores.length ? "early stopping" : "completed");
    expect(w.dataSync()[0]).toBe(-best);
  });

  test("leaves the last variables where restoreBest is false", async () => {
    const { run, w } = scripted(scores);
    expect((await run({ patience: 1, restoreBest: false })).bestEpoch).toBe(3);
    expect(w.dataSync()[0]).toBe(-4);
  });

  test("restoreBest works without patience, and gives the very variables of the best epoch", async () => {
    const model = smallVae();
    const seen: number[][] = [];
    const validation = pictures(20, 16, 2);
    const history = await fit(model, pictures(30), {
      ...{ ...quiet, epochs: 8, learningRate: 0.3, restoreBest: true, validation },
      onEpoch: () => void seen.push(numbers(model.variables())),
    });
    const losses = history.column("validation_loss");
    expect(history.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(history.bestEpoch).toBeLessThan(8);
    expect(numbers(model.variables())).toEqual(seen[history.bestEpoch! - 1]);
  });

  test("ends the fit where onEpoch asks for it", async () => {
    const { run, w } = scripted(scores);
    const history = await run({
      onEpoch: async (rows, { stop }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (rows[0]!.epoch === 2) stop();
      },
    });
    expect([history.stopReason, history.rows.length, w.dataSync()[0]]).toEqual(["early stopping", 2, -2]);
  });

  test("an unknown measure to monitor is an error before anything is learned", async () => {
    const model = smallVae();
    const before = numbers(model.variables());
    const known = "loss, bound, distortion, rate";
    const options = { ...quiet, epochs: 1, monitor: "validation_los" };
    await expect(fit(model, pictures(9), options)).rejects.toThrow(
      `fit(): there is no measure "validation_los" to monitor. The measures are ${known}.`,
    );
    await expect(fit(model, pictures(9), { ...options, monitor: "Rate" })).rejects.toThrow('Did you mean "rate"?');
    const validation = pictures(3);
    await expect(fit(model, pictures(9), { ...options, validation })).rejects.toThrow(
      `The measures are ${known}, validation_loss, validation_bound, validation_distortion, validation_rate.`,
    );
    expect(numbers(model.variables())).toEqual(before);
  });
});

describe("a model that another fit is training", () => {
  test("is refused until that one has ended, however it ended", async () => {
    const model = mean(5);
    const short = { ...quiet, epochs: 1 };
    const first = fit(model, tf.zeros([4]), short);
    const refusal = "fit(): another fit() is still training this model";
    await expect(fit(model, tf.zeros([4]), short)).rejects.toThrow(refusal);
    // Another model that shares a variable counts as well.
    const sharing = toy([model.w], () => tf.square(model.w));
    await expect(fit(sharing, tf.zeros([4]), short)).rejects.toThrow(refusal);
    await fit(mean(1), tf.zeros([4]), short);
    await first;
    const failing = fit(model, tf.fill([4], Number.NaN), short);
    await expect(failing).rejects.toThrow(NonFiniteError);
    await expect(fit(model, tf.zeros([4]), { ...short, optimizer: () => 3 as never })).rejects.toThrow("optimizer");
    await fit(model, tf.zeros([4]), short);
  });
});

describe("NaN and Infinity", () => {
  /** The term "poison" is 0 until a step at which it is something else. */
  const poisoned = (value: number, at: number) => {
    const model = smallVae();
    const [phase] = model.phases;
    const loss: Phase["loss"] = (batch, context) => {
      const result = phase!.loss(batch, context);
      const { poison } = context.schedules;
      const extra = tf.log(tf.sub(1, poison!)).mul(-1);
      return { loss: tf.add(result.loss, extra), terms: { ...result.terms, extra } };
    };
    const schedules = { poison: ({ step }: { step: number }) => (step < at ? 0 : value) };
    return { model: { ...model, phases: [{ ...phase!, loss, schedules: { poison: finiteNumber } }] }, schedules };
  };

  test.each([
    ["NaN", 2, true],
    ["Infinity", 1, true],
    ["NaN", 2, false],
  ])("%s in a term stops the fit and names it and the step (compiled: %3$s)", async (shown, poison, compile) => {
    const { model, schedules } = poisoned(poison, 6);
    const ends: number[][] = [];
    const failure = await fit(model, pictures(20), {
      ...{ ...quiet, epochs: 4, batchSize: 5, schedules, compile },
      onEpoch: () => void ends.push(numbers(model.variables())),
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NonFiniteError);
    const error = failure as NonFiniteError;
    expect([error.term, error.step, String(error.value)]).toEqual(["extra", 7, shown]);
    expect(error.message).toMatch(
      new RegExp(`^fit\\(\\): extra became ${shown} at step 7 \\(loss = ${shown}, distortion = [\\d.]+, rate = `),
    );
    expect(error.message).toContain("a smaller learning rate, gradient clipping (clipNorm: 1)");
    expect(ends).toHaveLength(1);
    expect(numbers(model.variables())).toEqual(ends[0]);
  });

  test("a phase's terms are looked at before its loss, and earlier phases before later ones", async () => {
    const { model } = adversarial();
    const failing = (data: tf.Tensor) => fit(model, data, { ...quiet, epochs: 1 });
    await expect(failing(tf.tensor2d([[Number.NaN]]))).rejects.toThrow("critic gap became NaN at step 1 (critic loss");
  });

  test("a gradient that is NaN in the very last step is found in the variables", async () => {
    // √w at 0 is 0, and its gradient infinite.
    const w = tf.variable(tf.scalar(0), true, "root");
    const failure = fit(
      toy([w], () => tf.sqrt(w)),
      tf.zeros([1, 1]),
      { ...quiet, epochs: 1, optimizer: tf.train.sgd },
    );
    await expect(failure).rejects.toThrow("fit(): the variable root became -Infinity at step 1.");
    expect(w.dataSync()[0]).toBe(0);
  });

  test("a validation that gives no number stops the fit", async () => {
    const model = mean(5);
    const validation = tf.tensor1d([1, Number.POSITIVE_INFINITY]);
    await expect(fit(model, tf.tensor1d([1, 2]), { ...quiet, epochs: 2, validation })).rejects.toThrow(
      "fit(): validation_loss became Infinity at step 1",
    );
    expect(model.w.dataSync()[0]).toBe(5);
  });

  test("an error inside a loss leaves the model as it was when the epoch began", async () => {
    const model = mean(5);
    let calls = 0;
    const [phase] = model.phases;
    const failing = {
      ...phase!,
      name: "second",
      loss: (...args: Parameters<NonNullable<typeof phase>["loss"]>) => {
        if (++calls === 3) throw new Error("out of the blue");
        return phase!.loss(...args);
      },
    };
    const options = { ...quiet, epochs: 1, batchSize: 1, compile: false };
    const both = { variables: model.variables, phases: [phase!, failing] };
    await expect(fit(both, tf.tensor1d([1, 2, 3, 4]), options)).rejects.toThrow("out of the blue");
    expect(model.w.dataSync()[0]).toBe(5);
  });
});

describe("an interrupt", () => {
  const data = () => tf.range(0, 400).expandDims(1);

  test("before the first step leaves the model untouched", async () => {
    const model = mean(5);
    const history = await fit(model, data(), { ...quiet, epochs: 3, signal: AbortSignal.abort() });
    expect([history.stopReason, history.rows, history.steps, history.bestEpoch]).toEqual([
      "interrupted",
      [],
      0,
      undefined,
    ]);
    expect(history.column("loss")).toEqual([]);
    expect(String(history)).toMatch(/^interrupted after 0 epochs, 0 steps, \d+\.\d s$/);
    expect(model.w.dataSync()[0]).toBe(5);
  });

  test("within an epoch ends after the steps of one run, with the variables of the last one", async () => {
    const controller = new AbortController();
    const { model, w } = (() => {
      const w = tf.variable(tf.scalar(0));
      return { w, model: toy([w], () => tf.add(w, 0)) };
    })();
    const stop = ({ step }: { step: number }): number => {
      if (step === 500) controller.abort();
      return 0;
    };
    const options = { ...quiet, batchSize: 1, epochs: 10_000, optimizer: tf.train.sgd, learningRate: 1 };
    const history = await fit(model, data(), { ...options, schedules: { stop }, signal: controller.signal });
    expect([history.stopReason, history.rows.length]).toEqual(["interrupted", 1]);
    expect(history.steps).toBeGreaterThan(500);
    expect(history.steps).toBeLessThanOrEqual(501 + 512);
    expect(w.dataSync()[0]).toBe(-history.steps);
  });

  test("between two epochs ends the fit there", async () => {
    const controller = new AbortController();
    const model = mean(5);
    const history = await fit(model, data(), {
      ...{ ...quiet, epochs: 5, batchSize: 100, signal: controller.signal },
      onEpoch: ([row]) => (row!.epoch === 2 ? controller.abort() : undefined),
    });
    expect([history.stopReason, history.rows.length, history.steps]).toEqual(["interrupted", 2, 8]);
  });

  test("of the notebook's cell does the same", async () => {
    const controller = new AbortController();
    const place = globalThis as { [frontEndSymbol]?: unknown };
    place[frontEndSymbol] = { display: () => {}, interruptSignal: controller.signal };
    try {
      const own = new AbortController();
      setTimeout(() => controller.abort(), 100);
      const history = await fit(mean(5), data(), { ...quiet, epochs: 1e6, batchSize: 1, signal: own.signal });
      expect(history.stopReason).toBe("interrupted");
    } finally {
      delete place[frontEndSymbol];
    }
  });

  test("puts the best epoch back where that was asked for", async () => {
    const controller = new AbortController();
    const { run, w } = scripted([3, 1, 2, 2, 2]);
    const history = await run({
      ...{ restoreBest: true, signal: controller.signal },
      onEpoch: ([row]) => (row!.epoch === 4 ? controller.abort() : undefined),
    });
    expect([history.stopReason, history.bestEpoch, w.dataSync()[0]]).toEqual(["interrupted", 2, -2]);
  });
});
