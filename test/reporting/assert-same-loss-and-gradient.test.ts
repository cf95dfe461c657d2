import { describe, expect, test, vi } from "vitest";
import { vae } from "../../src/models/vae";
import { assertSameLossAndGradient } from "../../src/reporting/assert-same-loss-and-gradient";
import { fixedNoise } from "../../src/runtime/fixed-noise";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

describe("assertSameLossAndGradient()", () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const w = tf.variable(tf.tensor1d([1, 2]));
  const unused = tf.variable(tf.scalar(1));
  const square = () => w.square().sum();

  test("accepts equal losses, leaves no tensor behind, and allows variables that a loss does not use", () => {
    const alive = tf.memory().numTensors;
    assertSameLossAndGradient({ mine: () => w.mul(w).sum(), library: square, variables: [w, unused] });
    expect(tf.memory().numTensors).toBe(alive);
  });

  test("refuses another value, and the same value with another gradient", () => {
    const variables = [w, unused];
    expect(() => assertSameLossAndGradient({ mine: () => square().mul(1.001), library: square, variables })).toThrow(
      /^loss: /,
    );
    const detached = () => square().add(unused).sub(1); // the same value, as unused is 1
    expect(() => assertSameLossAndGradient({ mine: detached, library: square, variables })).toThrow(/^gradient: /);
  });

  test("with fixedNoise(), agrees with a model's own terms", () => {
    const model = vae({ dataShape: 6, latentDim: 2, hidden: [4], seed: 1 });
    const [x, noise] = [rng(1).bernoulli(tf.fill([5, 6], 0.4)), rng(2).normal([5, 2])];
    const mine = () => {
      const [mu, logVar] = tf.split(model.encoder.apply(x) as tf.Tensor, 2, 1) as [tf.Tensor, tf.Tensor];
      const logits = model.decoder.apply(mu.add(logVar.mul(0.5).exp().mul(noise))) as tf.Tensor;
      const distortion = logits.softplus().sub(x.mul(logits)).sum(1);
      return distortion.add(mu.square().add(logVar.exp()).sub(1).sub(logVar).sum(1).mul(0.5)).mean();
    };
    const library = () => {
      const { distortion, rate } = model.terms(x, fixedNoise(noise));
      return distortion.add(rate).mean();
    };
    assertSameLossAndGradient({ mine, library, variables: model.variables() });
    model.dispose();
  });
});
