import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bernoulli } from "../../src/distributions/bernoulli";
import { beta } from "../../src/distributions/beta";
import { affineBijector } from "../../src/distributions/bijectors/affine";
import { chainBijector } from "../../src/distributions/bijectors/chain";
import { expBijector } from "../../src/distributions/bijectors/exp";
import { planarBijector } from "../../src/distributions/bijectors/planar";
import { sigmoidBijector } from "../../src/distributions/bijectors/sigmoid";
import { continuousBernoulli } from "../../src/distributions/continuous-bernoulli";
import { fullNormal } from "../../src/distributions/full-normal";
import { gamma } from "../../src/distributions/gamma";
import { laplace } from "../../src/distributions/laplace";
import { mixture } from "../../src/distributions/mixture";
import { normal } from "../../src/distributions/normal";
import { standardNormal } from "../../src/distributions/standard-normal";
import { transformed } from "../../src/distributions/transformed";
import { uniform } from "../../src/distributions/uniform";
import { exampleKeys, exampleStream } from "../../src/inference/example-stream";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe("bernoulli", () => {
  it("has the gradient x − σ(l), at l = 0 too", () => {
    const x = tf.tensor2d([[0, 1, 0.25]]);
    const gradient = tf.grad((logits) => bernoulli({ logits, values: "gray" }).logProb(x).sum())(tf.zeros([1, 3]));
    expect([...gradient.dataSync()]).toEqual([-0.5, 0.5, -0.25]);
  });

  it("of gray values gives minus the cross-entropy, which is no density: it does not integrate to one", () => {
    const d = bernoulli({ logits: tf.zeros([1, 1]), values: "gray" });
    const grid = tf.linspace(0, 1, 101).reshape([101, 1, 1]);
    // At p = ½ every gray value costs log 2: the integral over [0, 1] is ½.
    expectClose(d.logProb(grid).dataSync(), new Float32Array(101).fill(-Math.LN2), tolerance.float32);
    expect(d.support.description).toBe("numbers in [0, 1]");
    expect(bernoulli({ logits: tf.zeros([1, 1]) }).support.description).toBe("0 or 1");
  });
});

describe("continuousBernoulli", () => {
  it("is continuous in its logits where the series takes over", () => {
    const x = tf.tensor2d([[0.3]]);
    const at = (l: number) => {
      const d = continuousBernoulli({ logits: tf.tensor2d([[l]]) });
      return [d.logProb(x), d.mean(), d.variance(), d.entropy()].map((t) => t.dataSync()[0] as number);
    };
    for (const edge of [1, -1])
      expectClose(at(edge * 0.9999999), at(edge * 1.0000001), tolerance.float32, `l = ${edge}`);
    const draw = (l: number) =>
      continuousBernoulli({ logits: tf.fill([1, 500], l) })
        .sample(rng(1))
        .dataSync();
    for (const edge of [0.1, -0.1])
      expectClose(draw(edge * 0.99999), draw(edge * 1.00001), tolerance.float32, `l = ${edge}`);
  });

  it("has the gradient of its draws at l = 0: u(1 − u)/2", () => {
    const logits = tf.zeros([1, 5]);
    const u = continuousBernoulli({ logits }).sample(rng(2));
    const gradient = tf.grad((l) => continuousBernoulli({ logits: l }).sample(rng(2)).sum())(logits);
    expectClose(gradient.dataSync(), u.mul(tf.sub(1, u)).div(2).dataSync(), tolerance.float32);
  });
});

describe("laplace", () => {
  it("has the gradient 0 by its mean at the mean", () => {
    const gradient = tf.grad((mean) =>
      laplace({ mean, scale: 1 })
        .logProb(tf.zeros([1, 2]))
        .sum(),
    )(tf.zeros([1, 2]));
    expect([...gradient.dataSync()].map(Math.abs)).toEqual([0, 0]);
  });
});

describe("Outside the support the log-density is −Infinity", () => {
  const points = tf.keep(tf.tensor3d([-1, 5], [2, 1, 1]));
  it.each([
    ["uniform", () => uniform({ low: 0, high: 1, shape: [1, 1] })],
    ["beta", () => beta({ alpha: 2, beta: 2, shape: [1, 1] })],
  ])("%s", (_, make) => {
    expect([...make().logProb(points).dataSync()]).toEqual([-Infinity, -Infinity]);
  });

  it("gamma", () => {
    const d = gamma({ concentration: 2, rate: 1, shape: [1, 1] });
    expect(d.logProb(points).dataSync()[0]).toBe(-Infinity);
  });
});

describe("fullNormal", () => {
  it("with a diagonal triangle is the diagonal normal", () => {
    const mean = tf.tensor2d([[1, -2]]);
    const full = fullNormal({
      mean,
      scaleTril: tf.tensor3d([
        [
          [0.5, 0],
          [0, 2],
        ],
      ]),
    });
    const diagonal = normal({ mean, stdDev: tf.tensor2d([[0.5, 2]]) });
    const x = tf.tensor2d([[0.3, 0.4]]);
    expectClose(full.logProb(x).dataSync(), diagonal.logProb(x).dataSync(), tolerance.float32);
  });

  it("does not read what stands above the diagonal", () => {
    const mean = tf.zeros([1, 2]);
    const [clean, dirty] = [0, 7].map((junk) =>
      fullNormal({
        mean,
        scaleTril: tf.tensor3d([
          [
            [1, junk],
            [0.5, 2],
          ],
        ]),
      }),
    );
    const x = tf.tensor2d([[0.3, 0.4]]);
    for (const value of ["variance", "entropy"] as const) {
      expect([...(dirty?.[value]().dataSync() ?? [])]).toEqual([...(clean?.[value]().dataSync() ?? [])]);
    }
    expect([...(dirty?.logProb(x).dataSync() ?? [])]).toEqual([...(clean?.logProb(x).dataSync() ?? [])]);
    expect([...(dirty?.sample(rng(1)).dataSync() ?? [])]).toEqual([...(clean?.sample(rng(1)).dataSync() ?? [])]);
  });

  it("draws for an example what belongs to it, also with as many draws as examples and dimensions", () => {
    const size = 3;
    const mean = tf.zeros([size, size]);
    const scaleTril = tf.tile(
      tf.tensor3d([
        [
          [1, 0, 0],
          [0.5, 2, 0],
          [0.1, -0.3, 0.7],
        ],
      ]),
      [size, 1, 1],
    );
    const x = rng(4).normal([size, 5]);
    const draws = (of: tf.Tensor) =>
      fullNormal({ mean, scaleTril }).sample(exampleStream(rng(5), exampleKeys(of), size), size);
    const turned = draws(tf.reverse(x, 0));
    expect([...tf.reverse(turned, 1).dataSync()]).toEqual([...draws(x).dataSync()]);
    expect([...turned.dataSync()]).not.toEqual([...draws(x).dataSync()]);
  });

  it("of batch 1 broadcasts against any batch of x, with and without a sample axis", () => {
    const d = fullNormal({
      mean: tf.zeros([1, 2]),
      scaleTril: tf.tensor3d([
        [
          [1, 0],
          [0.5, 2],
        ],
      ]),
    });
    const x = rng(3).normal([4, 5, 2]);
    const rows = tf.stack(tf.unstack(x).map((row) => d.logProb(row)));
    expectClose(d.logProb(x).dataSync(), rows.dataSync(), tolerance.float32);
  });
});

describe("mixture", () => {
  it("of one component is that component", () => {
    const component = normal({ mean: tf.tensor2d([[1, 2]]), logVar: -1 });
    const d = mixture({ logits: tf.tensor1d([3]), components: component });
    const x = rng(4).normal([6, 2]);
    expectClose(d.logProb(x).dataSync(), component.logProb(x).dataSync(), tolerance.float32);
    expect([...d.sample(rng(4)).dataSync()]).toHaveLength(2);
    expectClose(d.variance().dataSync(), component.variance().dataSync(), tolerance.float32);
  });

  it("shared by all examples equals the same components given as a list", () => {
    const [mean, logits] = [
      tf.tensor2d([
        [1, 2],
        [-3, 0],
        [0, 0],
      ]),
      tf.tensor1d([0.5, -1, 2]),
    ];
    const shared = mixture({ logits, components: normal({ mean, logVar: 0.3 }) });
    const list = tf.split(mean, 3).map((m) => normal({ mean: m, logVar: 0.3 }));
    const listed = mixture({ logits: logits.expandDims(0), components: list });
    const x = rng(5).normal([4, 7, 2]);
    expectClose(shared.logProb(x).dataSync(), listed.logProb(x).dataSync(), tolerance.float32);
    for (const moment of ["mean", "variance"] as const) {
      expectClose(shared[moment]().dataSync(), listed[moment]().dataSync(), tolerance.float32, moment);
    }
    expect(shared.sample(rng(6), 3).shape).toEqual([3, 1, 2]);
  });

  it("keeps a finite density far from all components", () => {
    const d = mixture({ logits: tf.zeros([2]), components: standardNormal([1], 2) });
    expectClose(d.logProb(tf.tensor2d([[1e3]])).dataSync(), [-5e5 - 0.5 * Math.log(2 * Math.PI)], tolerance.float32);
  });
});

describe("bijectors", () => {
  const z = () => rng(7).normal([5, 3, 2]);
  const chain = () =>
    chainBijector([affineBijector({ shift: 0.5, logScale: tf.tensor1d([-1, 0.2]) }), sigmoidBijector()]);
  const invertible = () => [affineBijector({ shift: 1, logScale: 0.3 }), expBijector(), sigmoidBijector(), chain()];

  it("undo themselves", () => {
    for (const bijector of invertible()) {
      const back = bijector.inverse?.(bijector.forward(z())) as tf.Tensor;
      expectClose(back.dataSync(), z().dataSync(), 10 * tolerance.float32, bijector.name);
    }
  });

  it("have the log-determinant of central differences", () => {
    const step = 1e-2;
    for (const bijector of invertible()) {
      const ahead = bijector.forward(z().add(step)).dataSync<"float32">();
      const behind = bijector.forward(z().sub(step)).dataSync<"float32">();
      const slopes = ahead.map((v, i) => Math.log((v - (behind[i] as number)) / (2 * step)));
      const wanted = tf.tensor(slopes, [5, 3, 2]).sum(-1).dataSync();
      expectClose(bijector.logDet(z(), 1).dataSync(), wanted, tolerance.gradient, bijector.name);
    }
  });

  it("planar with one vector per example is the shared one on each row", () => {
    const [u, w] = [
      tf.tensor2d([
        [1, 2],
        [-1, 0.5],
      ]),
      tf.tensor2d([
        [0.3, -2],
        [1, 1],
      ]),
    ];
    const rows = rng(8).normal([2, 2]);
    const own = planarBijector({ u, w, b: tf.tensor2d([[0.1], [-0.4]]) });
    const each = [0, 1].map((i) =>
      planarBijector({ u: u.gather(i), w: w.gather(i), b: [0.1, -0.4][i] as number }).forward(rows.slice([i], [1])),
    );
    expectClose(own.forward(rows).dataSync(), tf.concat(each).dataSync(), tolerance.float32);
    expect(own.logDet(rows, 1).shape).toEqual([2]);
  });

  it("a chain with a layer that cannot be inverted cannot either", () => {
    const layers = [planarBijector({ u: tf.ones([2]), w: tf.ones([2]), b: 0 }), affineBijector({})];
    const flow = transformed({ base: standardNormal([2]), bijector: chainBijector(layers) });
    expect(() => flow.logProb(tf.zeros([1, 2]))).toThrow(/inverse of planar then affine has no closed form/);
    const { sample, logProb } = flow.sampleWithLogProb(rng(9), 4);
    expect([sample.shape, logProb.shape]).toEqual([
      [4, 1, 2],
      [4, 1],
    ]);
  });
});
