import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bernoulli } from "../../src/distributions/bernoulli";
import { beta } from "../../src/distributions/beta";
import { affineBijector } from "../../src/distributions/bijectors/affine";
import { chainBijector } from "../../src/distributions/bijectors/chain";
import { planarBijector } from "../../src/distributions/bijectors/planar";
import { categorical } from "../../src/distributions/categorical";
import { dirichlet } from "../../src/distributions/dirichlet";
import { discretizedLogistic } from "../../src/distributions/discretized-logistic";
import { fullNormal } from "../../src/distributions/full-normal";
import { gamma } from "../../src/distributions/gamma";
import { laplace } from "../../src/distributions/laplace";
import { mixture } from "../../src/distributions/mixture";
import { multinomial } from "../../src/distributions/multinomial";
import { normal } from "../../src/distributions/normal";
import { relaxedCategorical } from "../../src/distributions/relaxed-categorical";
import { standardNormal } from "../../src/distributions/standard-normal";
import { transformed } from "../../src/distributions/transformed";
import { uniform } from "../../src/distributions/uniform";
import { tf } from "../../src/runtime/tensorflow";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Each row: what is wrong, the call, and the text of the error. */
const refused: [string, () => unknown, RegExp][] = [
  [
    "a NaN",
    () => normal({ mean: Number.NaN, logVar: 0, shape: [1] }),
    /normal\(\): mean must be a finite number or a float32 tensor, but got NaN/,
  ],
  [
    "an int32 tensor",
    () => bernoulli({ logits: tf.tensor2d([[1]], [1, 1], "int32") }),
    /logits must be a finite number or a float32 tensor, but got a tensor of type int32/,
  ],
  [
    "a disposed tensor",
    () => {
      const t = tf.zeros([1, 1]);
      t.dispose();
      return bernoulli({ logits: t });
    },
    /a disposed tensor/,
  ],
  [
    "something else",
    () => bernoulli({ logits: "0" as never }),
    /logits must be a finite number or a float32 tensor, but got '0'/,
  ],
  [
    "shapes that do not broadcast",
    () => normal({ mean: tf.zeros([2, 3]), logVar: tf.zeros([2, 4]) }),
    /logVar must be of a shape that broadcasts to \[2,3\], but got \[ 2, 4 \]/,
  ],
  ["numbers alone", () => laplace({ mean: 0, scale: 1 }), /must be tensors of shape \[batch, …event\].*option shape/],
  [
    "an empty event",
    () => standardNormal([0]),
    /shape must be \[batch, …event\], whole numbers of at least 1, but got \[ 1, 0 \]/,
  ],
  [
    "neither variance nor deviation",
    () => normal({ mean: tf.zeros([1, 1]) }),
    /logVar or stdDev must be given, exactly one of them/,
  ],
  [
    "both",
    () => normal({ mean: tf.zeros([1, 1]), logVar: 0, stdDev: 1 }),
    /exactly one of them, but got \[ 'logVar', 'stdDev' \]/,
  ],
  [
    "a deviation of 0",
    () => normal({ mean: tf.zeros([1, 1]), stdDev: 0 }),
    /stdDev must be a finite number above 0, or a tensor of such numbers, but got 0/,
  ],
  [
    "a negative scale",
    () => laplace({ mean: tf.zeros([1, 1]), scale: -1 }),
    /laplace\(\): scale must be a finite number above 0/,
  ],
  [
    "other values",
    () => bernoulli({ logits: tf.zeros([1, 1]), values: "grey" as never }),
    /values must be "binary" or "gray", but got 'grey'/,
  ],
  [
    "an empty interval",
    () => uniform({ low: 1, high: 1, shape: [1, 1] }),
    /high must be above low, which is 1, but got 1/,
  ],
  [
    "one level",
    () => discretizedLogistic({ mean: tf.zeros([1, 1]), logScale: 0, levels: 1 }),
    /levels must be a whole number of at least 2, but got 1/,
  ],
  [
    "logits without classes",
    () => categorical({ logits: tf.zeros([3]) }),
    /logits must be a tensor of shape \[batch, …event, classes\]/,
  ],
  [
    "a number for logits",
    () => categorical({ logits: 0 as never }),
    /categorical\(\): logits must be a tensor of shape/,
  ],
  [
    "texts of half a word",
    () => multinomial({ logits: tf.zeros([1, 2]), total: 0.5 }),
    /multinomial\(\): total must be a whole number of at least 1, but got 0.5/,
  ],
  [
    "a temperature of 0",
    () => relaxedCategorical({ logits: tf.zeros([1, 2]), temperature: 0 }),
    /temperature must be a finite number above 0/,
  ],
  [
    "a negative rate",
    () => gamma({ concentration: tf.ones([1, 1]), rate: -2 }),
    /gamma\(\): rate must be a finite number above 0/,
  ],
  [
    "an infinite alpha",
    () => beta({ alpha: Number.POSITIVE_INFINITY, beta: tf.ones([1, 1]) }),
    /alpha must be a finite number above 0, or a tensor of such numbers, but got Infinity/,
  ],
  [
    "a vector concentration",
    () => dirichlet({ concentration: tf.ones([3]) }),
    /concentration must be a tensor of shape/,
  ],
  [
    "a mean without batch",
    () => fullNormal({ mean: tf.zeros([3]), scaleTril: tf.eye(3) }),
    /mean must be of shape \[batch, D\]/,
  ],
  [
    "one triangle for two means",
    () => fullNormal({ mean: tf.zeros([2, 3]), scaleTril: tf.eye(3) }),
    /scaleTril must be of shape \[2, 3, 3\], but got \[ 3, 3 \]/,
  ],
  [
    "no components",
    () => mixture({ logits: tf.zeros([1, 1]), components: [] }),
    /components must be at least one distribution/,
  ],
  [
    "components of two shapes",
    () => mixture({ logits: tf.zeros([1, 2]), components: [standardNormal([2]), standardNormal([3])] }),
    /components must be all of shape \[1,2\], but got \[ 1, 3 \]/,
  ],
  [
    "a weight too few",
    () => mixture({ logits: tf.zeros([2]), components: standardNormal([2], 3) }),
    /logits must be of shape \[3\], one per component, but got \[ 2 \]/,
  ],
  ["an empty flow", () => chainBijector([]), /bijectors must be a list of at least one bijector/],
  [
    "a layer that is none",
    () => chainBijector([{} as never]),
    /bijectors\[0\] must be a bijector, such as expBijector\(\)/,
  ],
  [
    "layers of two batches",
    () => chainBijector([affineBijector({ shift: tf.zeros([2, 3]) }), affineBijector({ shift: tf.zeros([3, 3]) })]),
    /the shape of bijectors\[1\] must be one that broadcasts to \[2,3\], but got \[ 3, 3 \]/,
  ],
  [
    "a base of another batch than its bijector",
    () => transformed({ base: standardNormal([3]), bijector: affineBijector({ shift: tf.zeros([2, 3]) }) }),
    /transformed\(\): bijector must be of parameters that broadcast to the shape of the base, \[1,3\].*Give the base the batch/,
  ],
  ["no base", () => transformed({ bijector: affineBijector() } as never), /base must be a distribution/],
  ["no bijector", () => transformed({ base: standardNormal([3]) } as never), /bijector must be a bijector/],
  [
    "an option that it does not have",
    () => normal({ mean: tf.zeros([1, 1]), stddev: 1 } as never),
    /normal\(\).*stddev.*stdDev/,
  ],
  [
    "a flow of two widths",
    () => planarBijector({ u: tf.zeros([3]), w: tf.zeros([2]), b: 0 }),
    /w must be of the same last axis as u/,
  ],
  [
    "a shift that is no number",
    () => affineBijector({ shift: Number.NaN }),
    /affineBijector\(\): shift must be a finite number or a float32 tensor/,
  ],
];

describe("A constructor refuses", () => {
  it.each(refused)("%s", (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ name: "ArgumentError" }));
  });
});

describe("A constructor accepts", () => {
  it("numbers for all parameters, with a shape", () => {
    const d = laplace({ mean: 1, scale: 2, shape: [2, 3] });
    expect([d.batch, d.eventShape]).toEqual([2, [3]]);
    expect([...d.mean().dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...d.variance().dataSync()].map((v) => Math.round(v))).toEqual([8, 8, 8, 8, 8, 8]);
    expect(d.entropy().shape).toEqual([2]);
  });

  it("a parameter shared by the batch, whose gradient is summed over it", () => {
    const mean = tf.zeros([4, 2]);
    const x = tf.ones([4, 2]);
    const gradient = tf.grad((logVar) => normal({ mean, logVar }).logProb(x).sum())(tf.zeros([2]));
    // ∂/∂ log σ² = ½(x²/σ² − 1) = 0 at x = 1, σ = 1
    expect([...gradient.dataSync()]).toEqual([0, 0]);
    const entropy = tf.grad((logVar) => normal({ mean, logVar }).entropy().sum())(tf.zeros([2]));
    expect([...entropy.dataSync()]).toEqual([2, 2]);
  });

  it("x of batch 1 against its own batch, also where the parameters are numbers", () => {
    const x = tf.tensor2d([[1, 2]]);
    const d = normal({ mean: 0, logVar: 0, shape: [3, 2] });
    const each = normal({ mean: tf.zeros([3, 2]), logVar: 0 });
    expect([...d.logProb(x).dataSync()]).toEqual([...each.logProb(x).dataSync()]);
    expect(d.logProb(x.expandDims(0)).shape).toEqual([1, 3]);
  });

  it("variables, and follows their changes", () => {
    const mean = tf.variable(tf.zeros([1, 2]));
    const d = normal({ mean, logVar: 0 });
    mean.assign(tf.ones([1, 2]));
    expect([...d.mean().dataSync()]).toEqual([1, 1]);
    mean.dispose();
  });
});

it("Disposing of a result leaves the parameters alive", () => {
  const mean = tf.ones([1, 2]);
  const d = normal({ mean, logVar: 0 });
  d.mean().dispose();
  expect(mean.isDisposed).toBe(false);
});
