import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { normal } from "../../src/distributions/normal";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { vae } from "../../src/models/vae";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const [examples, components] = [64, 6];
const data = () => rng(1).normal([examples, components]);

describe('gaussianLikelihood({ stdDev: "optimal" })', () => {
  const logVarOf = (likelihood: { variables: readonly tf.Variable[] }) =>
    likelihood.variables[0]?.dataSync()[0] as number;

  test("sets σ² to the mean squared error, the best of all σ² for the batch", () => {
    const likelihood = gaussianLikelihood({ stdDev: "optimal" });
    const [x, mean] = [data(), rng(2).normal([examples, components]).mul(0.1) as tf.Tensor2D];
    likelihood.adapt?.(normal({ mean, logVar: 0 }), x);
    const error = x.sub(mean).square().mean().dataSync()[0] as number;
    expect(logVarOf(likelihood)).toBeCloseTo(Math.log(error), 5);
    const distortion = (of: typeof likelihood) =>
      of.distribution(mean, [components]).logProb(x).neg().mean().dataSync()[0] as number;
    const best = distortion(likelihood);
    // (D/2)(log 2πσ² + 1) at σ² = MSE
    expect(best / ((components / 2) * (Math.log(2 * Math.PI * error) + 1)) - 1).toBeLessThan(tolerance.float32);
    for (const factor of [0.9, 1.1]) {
      expect(distortion(gaussianLikelihood({ stdDev: factor * Math.sqrt(error) }))).toBeGreaterThan(best);
    }
  });

  test("is not trained by gradients, and not moved by evaluation", () => {
    const model = vae({
      dataShape: components,
      latentDim: 2,
      hidden: [8],
      likelihood: gaussianLikelihood({ stdDev: "optimal" }),
    });
    expect(model.phases[0]?.variables()).not.toContain(model.likelihood.variables[0]);
    expect(model.variables()).toContain(model.likelihood.variables[0]);
    model.terms(data(), rng(0));
    expect(logVarOf(model.likelihood)).toBe(0);
    model.terms(data(), rng(0), true);
    expect(logVarOf(model.likelihood)).not.toBe(0);
  });

  test("has the gradient of the distortion minimized over σ, (D/2) log MSE", () => {
    const likelihood = gaussianLikelihood({ stdDev: "optimal" });
    const [x, mean] = [data(), rng(2).normal([examples, components])];
    const through = tf.grad((m: tf.Tensor) => {
      likelihood.adapt?.(normal({ mean: m, logVar: 0 }), x);
      return likelihood
        .distribution(m as tf.Tensor2D, [components])
        .logProb(x)
        .neg()
        .mean();
    })(mean);
    const minimized = tf.grad((m: tf.Tensor) =>
      tf
        .sub(x, m)
        .square()
        .mean()
        .log()
        .mul(components / 2),
    )(mean);
    const difference = through.sub(minimized).abs().max().div(minimized.abs().max()).dataSync()[0] as number;
    expect(difference).toBeLessThan(tolerance.float32);
  });

  test("trains alike compiled and op by op, and ends with σ² near the mean squared error", async () => {
    const run = async (compile: boolean) => {
      const likelihood = gaussianLikelihood({ stdDev: "optimal" });
      const model = vae({ dataShape: components, latentDim: 2, hidden: [8], likelihood });
      const options = { epochs: 40, batchSize: 32, learningRate: 0.01, progress: false, compile, xla: false };
      const { rows } = await fit(model, data().mul(0.3), options);
      return { loss: rows.at(-1)?.loss as number, logVar: logVarOf(likelihood) };
    };
    const [eager, compiled] = [await run(false), await run(true)];
    expect(Math.abs(compiled.loss / eager.loss - 1)).toBeLessThan(10 * tolerance.float32);
    expect(compiled.logVar).toBeCloseTo(eager.logVar, 4);
    expect(compiled.logVar).toBeGreaterThan(2 * Math.log(0.2));
    expect(compiled.logVar).toBeLessThan(2 * Math.log(0.4));
  });

  test("stops at the floor where the error is zero", () => {
    const likelihood = gaussianLikelihood({ stdDev: "optimal", minLogVar: -6 });
    likelihood.adapt?.(normal({ mean: data(), logVar: 0 }), data());
    expect(logVarOf(likelihood)).toBe(-6);
  });

  test("refuses another word by name", () => {
    expect(() => gaussianLikelihood({ stdDev: "best" as "optimal" })).toThrow(
      /stdDev must be a number above 0, "learned", "optimal" or "perComponent", but got .best/,
    );
  });
});
