import { describe, expect, test } from "vitest";
import { displaySymbol, type MimeBundle } from "../../src/display/mime-bundle";
import type { Phase } from "../../src/objectives/phase";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { type Model, modelRows } from "../laws/models";
import { tolerance } from "../tolerance";

const shown = (model: object): string => {
  const bundle = (model as { [displaySymbol](): MimeBundle })[displaySymbol]();
  expect(String(bundle.data["text/html"])).toContain("<table>");
  return String(bundle.data["text/plain"]);
};

/** The terms whose sum, with these signs, is the unweighted bound of each maker that maximizes one. */
const terms: Readonly<Record<string, readonly string[]>> = {
  conditionalVae: ["distortion", "rate"],
  hierarchicalVae: ["distortion", "rate"],
  ladderVae: ["distortion", "rate"],
  neuralDocumentModel: ["distortion", "rate"],
  sequenceVae: ["distortion", "rate"],
  supervisedVae: ["distortion", "rate", "taskLoss"],
  semiSupervisedVae: ["distortion", "rate", "labelRate", "labeledLoss"],
};
const withoutBound = ["autoencoder", "adversarialAutoencoder", "waeMmd", "vaeGan", "predictor"];

describe.each(modelRows)("$name", ({ make, maker, data }) => {
  const withModel = (run: (model: Model, phase: Phase, batch: Record<string, tf.Tensor>) => void): void => {
    const [model, batch] = [make(), data() as Record<string, tf.Tensor>];
    run(model, model.phases[0] as Phase, batch);
    model.dispose();
    tf.dispose(batch);
  };

  test("shows its maker, each network and the number of trained parameters, and still shows itself after dispose()", () =>
    withModel((model) => {
      const text = shown(model);
      expect(text.startsWith(`${maker.name}, `)).toBe(true);
      const trained = new Set(model.phases.flatMap((phase) => phase.variables()));
      const parameters = [...trained].reduce((sum, { size }) => sum + size, 0);
      expect(text).toContain(`${parameters.toLocaleString("en")} trained parameters`);
      const networks = Object.entries(model).filter(([, value]) => value instanceof tf.LayersModel);
      for (const [name] of networks) expect(text).toMatch(new RegExp(`^${name} .*\\[batch`, "m"));
      expect(text).not.toContain("undefined");
      expect(text.split("\n").length).toBeLessThan(16);
      model.dispose();
      expect(shown(model)).toContain("disposed");
    }));

  test("a second dispose() does nothing", () =>
    withModel((model) => {
      model.dispose();
      const before = tf.memory().numTensors;
      expect(() => model.dispose()).not.toThrow();
      expect(tf.memory().numTensors).toBe(before);
    }));

  test("says which tensors and which schedules every phase reads", () =>
    withModel((model, _, batch) => {
      for (const phase of model.phases as readonly Phase[]) {
        expect(phase.inputs).toContain("x");
        expect(phase.schedules).toBeDefined();
      }
      const read = new Set((model.phases as readonly Phase[]).flatMap(({ inputs = [] }) => inputs));
      expect(Object.keys(batch).filter((name) => !read.has(name))).toEqual([]);
    }));

  test.runIf(maker.name in terms || withoutBound.includes(maker.name))(
    "its bound is the sum of its terms without weights, whatever the schedules; a model without a bound reports none",
    () =>
      withModel((_, phase, batch) =>
        tf.tidy(() => {
          const results = [0, 0.3].map((beta) =>
            phase.loss(batch, { rng: rng(4), training: false, schedules: { beta: tf.scalar(beta) } }),
          );
          for (const result of results) {
            if (withoutBound.includes(maker.name)) {
              expect(result.bound).toBeUndefined();
              continue;
            }
            const parts = terms[maker.name]!.map((name) => result.terms[name] as tf.Tensor);
            const difference = tf.abs(tf.add(result.bound as tf.Tensor, tf.addN(parts))).max();
            const scale = tf.abs(result.bound as tf.Tensor).max();
            expect(result.bound?.shape).toEqual(parts[0]!.shape);
            expect(tf.div(difference, scale).dataSync()[0]).toBeLessThan(tolerance.float32);
          }
        }),
      ),
  );
});
