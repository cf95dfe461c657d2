import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drawWithLogProb } from "../../src/distributions/draw-with-log-prob";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, expectMean, gradientOf, leaked } from "./check";
import { cases, distributionOf, families, parametersOf, reference, tensor } from "./distributions";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Draws per distribution in the Monte-Carlo laws. */
const draws = 20_000;

const flow = reference.planar;
const planarRow = {
  name: "planar flow",
  family: "planar" as const,
  parameters: { u: flow.u, w: flow.w, b: flow.b },
  mean: null,
  entropy: null,
  ...families.planar,
};
const rows = [...cases, planarRow];

describe.each(rows)("$name", (row) => {
  const columns = (t: tf.Tensor) => t.reshape([t.shape[0] as number, -1]);

  it("draws the same by the same seed, other numbers by another seed and at the next draw", () => {
    const d = distributionOf(row);
    const [stream, again, other] = [rng(3), rng(3), rng(4)];
    const first = [...d.sample(stream, 8).dataSync()];
    expect([...d.sample(again, 8).dataSync()]).toEqual(first);
    expect([...d.sample(other, 8).dataSync()]).not.toEqual(first);
    expect([...d.sample(stream, 8).dataSync()]).not.toEqual(first);
  });

  it("draws only what its support contains", () => {
    const d = distributionOf(row);
    expect(tf.all(d.support.contains(d.sample(rng(5), 500))).dataSync()[0]).toBe(1);
  });

  it("has draws with its mean and variance", () => {
    if (row.mean === null) return expect(() => distributionOf(row).mean()).toThrow(/closed form/);
    const d = distributionOf(row);
    const x = d.sample(rng(11), draws);
    expectMean(columns(x), d.mean().dataSync(), "mean");
    expectMean(columns(tf.squaredDifference(x, d.mean())), d.variance().dataSync(), "variance");
  });

  it("has draws with its entropy", () => {
    if (row.entropy === null) return expect(() => distributionOf(row).entropy()).toThrow(/monteCarloEntropy/);
    const d = distributionOf(row);
    expectMean(d.logProb(d.sample(rng(12), draws)).neg(), d.entropy().dataSync(), "entropy");
  });

  it("has draws under which the score is zero on average: E[∇ log p] = 0", () => {
    // It holds for every density that is right in both its normalizer and its sampler, also without closed moments.
    if (row.family === "uniform") return expect(row.name).toBe("uniform"); // the support moves with the parameters
    if (row.family === "planar") return expect(row.name).toBe("planar flow"); // no density at a given point
    const parameters = parametersOf(row);
    const names = Object.keys(parameters);
    const parts = 40;
    const stream = rng(13);
    const batches = Array.from({ length: parts }, () => row.make(parameters).sample(stream, draws / 20));
    for (const name of names) {
      const gradient = (x: tf.Tensor) =>
        tf.grad((t) =>
          row
            .make({ ...parameters, [name]: t })
            .logProb(x)
            .mean(0)
            .sum(),
        )(parameters[name] as tf.Tensor);
      const scores = tf.stack(batches.map(gradient));
      const used = name === "scaleTril" ? tf.linalg.bandPart(scores, -1, 0) : scores;
      expectMean(columns(used), new Float32Array(used.size / parts), `score of ${name}`);
    }
  });

  it("passes gradients through its draws if it is reparameterized, and none if not", () => {
    const parameters = parametersOf(row);
    for (const name of Object.keys(parameters)) {
      const squares = (t: tf.Tensor) => tf.square(row.make({ ...parameters, [name]: t }).sample(rng(14), 3)).sum();
      const through = gradientOf(squares, parameters[name] as tf.Tensor);
      const moved = tf.abs(through).sum().dataSync()[0] as number;
      if (distributionOf(row).reparameterized) expect(moved, name).toBeGreaterThan(0);
      else expect(moved, name).toBe(0);
    }
  });

  it("leaves no tensors behind", () => {
    const parameters = parametersOf(row);
    const stream = rng(15);
    const use = () => {
      const d = row.make(parameters);
      const { sample, logProb } = drawWithLogProb(d, stream, 2);
      tf.dispose([sample, logProb, d.sample(stream)]);
      if (row.mean !== null) tf.dispose([d.mean(), d.variance()]);
      if (row.entropy !== null) d.entropy().dispose();
    };
    use();
    // What the row's own maker derives (the parts of a stack) belongs to the caller's scope; constructors and methods leave nothing.
    const made = leaked(() => row.make(parameters));
    expect(leaked(use)).toBe(made);
    expect(made).toBe({ ownMixture: 4 }[row.family as string] ?? 0);
  });
});

describe("The pathwise gradient is unbiased", () => {
  const withMoments = cases.filter((row) => row.mean !== null && distributionIsReparameterized(row));
  it.each(withMoments)("$name: ∇ E[x] and ∇ E[x²] by every parameter", (row) => {
    const parameters = parametersOf(row);
    const parts = 40;
    for (const name of Object.keys(parameters)) {
      const at = parameters[name] as tf.Tensor;
      const of = (t: tf.Tensor) => row.make({ ...parameters, [name]: t });
      const stream = rng(16);
      const powers = {
        mean: [(x: tf.Tensor) => x, (t: tf.Tensor) => of(t).mean()],
        square: [
          tf.square,
          (t: tf.Tensor) =>
            of(t)
              .variance()
              .add(tf.square(of(t).mean())),
        ],
      } as const;
      for (const [power, [statistic, truth]] of Object.entries(powers)) {
        const estimate = () => gradientOf((t) => statistic(of(t).sample(stream, 400)).mean(0).sum(), at);
        const estimates = tf.stack(Array.from({ length: parts }, estimate)).reshape([parts, -1]);
        const wanted = gradientOf((t) => truth(t).sum(), at);
        expectMean(estimates, wanted.dataSync(), `${power} by ${name}`);
      }
    }
  });
});

function distributionIsReparameterized(row: (typeof cases)[number]): boolean {
  return tf.tidy(() => row.make(parametersOf(row)).reparameterized);
}

describe("planar flow", () => {
  const bijector = () => {
    const d = distributionOf(planarRow);
    return (d as ReturnType<typeof families.planar.make> & { parameters: { bijector: never } }).parameters.bijector as {
      forward(z: tf.Tensor): tf.Tensor;
      logDet(z: tf.Tensor, eventRank: number): tf.Tensor;
    };
  };

  it("has the values and the Jacobian determinant of the reference", () => {
    const flat = (v: unknown) => [v].flat(3) as number[];
    expectClose(bijector().forward(tensor(flow.z)).dataSync(), flat(flow.forward), tolerance.reference, "forward");
    expectClose(bijector().logDet(tensor(flow.z), 1).dataSync(), flat(flow.logDet), tolerance.reference, "logDet");
  });

  it("has no density at a given point, and says what to use", () => {
    const d = distributionOf(planarRow);
    expect(() => d.logProb(d.sample(rng(1)))).toThrow(/inverse of planar has no closed form. Use sampleWithLogProb/);
  });

  it("has draws whose density is normalized: E_q[p(x)/q(x)] = 1 for another density p", () => {
    const d = distributionOf(planarRow);
    const { sample, logProb } = drawWithLogProb(d, rng(17), draws);
    const p = families.normal.make({
      mean: tf.zeros([2, 4]).add(d.sample(rng(18), 5000).mean(0)),
      logVar: tf.fill([2, 4], -1),
    });
    expectMean(tf.exp(p.logProb(sample).sub(logProb)), [1, 1], "mass");
  });
});
