import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bijector } from "../../src/distributions/bijectors/bijector";
import * as lab from "../../src/index";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, expectFinite, gradientOf, leaked } from "./check";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const { affineBijector, chainBijector, expBijector, planarBijector, sigmoidBijector, softplusBijector, tanhBijector } =
  lab;

/** One bijector of points with two components; numbers outside of what it reaches, where there are any. */
interface Row {
  name: string;
  make: () => Bijector;
  outside?: number[];
  /** Why the farthest draws are rounded to the edge of the range. */
  rounds?: string;
}

const affine = () => affineBijector({ shift: 0.5, logScale: tf.tensor1d([-0.6, 0.2]) });
const planar = () => planarBijector({ u: tf.tensor1d([1, -0.4]), w: tf.tensor1d([0.3, 0.8]), b: 0.1 });
const twice = () => {
  const layer = affine();
  return chainBijector([layer, layer]);
};

const rows: Row[] = [
  { name: "affineBijector", make: affine },
  { name: "affineBijector without parameters", make: () => affineBijector() },
  { name: "expBijector", make: expBijector, outside: [-1, 0] },
  { name: "softplusBijector", make: softplusBijector, outside: [-1, 0] },
  { name: "sigmoidBijector", make: sigmoidBijector, outside: [-0.5, 0, 1, 3] },
  { name: "tanhBijector", make: tanhBijector, outside: [-1, 1, 2] },
  { name: "planarBijector", make: planar },
  { name: "chainBijector of one layer twice", make: twice },
  {
    name: "chainBijector that ends in a bounded layer",
    make: () => chainBijector([affine(), sigmoidBijector()]),
    outside: [1],
  },
  {
    name: "chainBijector whose bounded layer is not the last",
    make: () => chainBijector([expBijector(), affineBijector({ shift: 2, logScale: -0.3 })]),
    outside: [-1, 1.9, 2],
    rounds: "2 + e^-20 is 2 in float32",
  },
  { name: "chainBijector without an inverse", make: () => chainBijector([planar(), affine()]) },
];

const points = () => lab.rng(7).normal([5, 3, 2]);

/** log |det| of a 2 × 2 Jacobian by central differences, for each point [.., 2]. */
function numericLogDet({ forward }: Bijector, z: tf.Tensor): number[] {
  const step = 1e-2;
  const columns = [0, 1].map((j) => {
    const move = tf.tensor1d(j === 0 ? [step, 0] : [0, step]);
    return forward(z.add(move))
      .sub(forward(z.sub(move)))
      .div(2 * step)
      .dataSync<"float32">();
  });
  return Array.from({ length: z.size / 2 }, (_, i) => {
    const [a, b, c, d] = [columns[0]?.[2 * i], columns[1]?.[2 * i], columns[0]?.[2 * i + 1], columns[1]?.[2 * i + 1]];
    return Math.log(Math.abs((a as number) * (d as number) - (b as number) * (c as number)));
  });
}

it("Every public bijector is in the table", () => {
  const names = Object.keys(lab).filter((name) => name.endsWith("Bijector"));
  for (const name of names)
    expect(
      rows.some((row) => row.name.startsWith(name)),
      name,
    ).toBe(true);
});

describe.each(rows)("$name", ({ make, outside = [], rounds }) => {
  it("is undone by its inverse, where it has one", () => {
    const { forward, inverse, name } = make();
    if (!inverse) return expect(name).toMatch(/planar/);
    expectClose(inverse(forward(points())).dataSync(), points().dataSync(), 10 * tolerance.float32, "inverse");
  });

  it("has the log-determinant of its Jacobian", () => {
    const bijector = make();
    const logDet = bijector.logDet(points(), 1);
    expect(logDet.shape).toEqual([5, 3]);
    expectClose(logDet.dataSync(), numericLogDet(bijector, points()), tolerance.gradient, "logDet");
  });

  it("stays in its range, with finite gradients, however far out it is asked", () => {
    const bijector = make();
    const far = tf.tensor2d([
      [-1e4, -100],
      [-20, -1e-20],
      [0, 1e-20],
      [20, 100],
      [1e4, 1e4],
    ]);
    const x = bijector.forward(far);
    expectFinite(x, "forward");
    expect(tf.all(bijector.range.contains(rounds === undefined ? x : x.slice(2))).dataSync()[0]).toBe(1);
    expectFinite(
      gradientOf((z) => bijector.forward(z).sum(), far),
      "gradient of forward",
    );
    expectFinite(
      gradientOf((z) => bijector.logDet(z, 1).sum(), far),
      "gradient of logDet",
    );
  });

  it("gives the same compiled, gradients included", () => {
    const bijector = make();
    const everything = (z: tf.Tensor) => {
      const x = bijector.forward(z);
      return {
        forward: x,
        logDet: bijector.logDet(z, 1),
        byForward: gradientOf((t) => bijector.forward(t).square().sum(), z),
        byLogDet: gradientOf((t) => bijector.logDet(t, 1).sum(), z),
        ...(bijector.inverse && { inverse: bijector.inverse(x) }),
      } as Record<string, tf.Tensor>;
    };
    const compiled = lab.jit(everything);
    const [graph, eager] = [compiled(points()), everything(points())];
    for (const [name, value] of Object.entries(eager)) {
      expectClose((graph[name] as tf.Tensor).dataSync(), value.dataSync(), tolerance.float32, name);
    }
    compiled.dispose();
  });

  it("makes a distribution whose draws have the density that they come with", () => {
    const flow = lab.transformed({ base: lab.standardNormal([2], 3), bijector: make() });
    const { sample, logProb } = flow.sampleWithLogProb(lab.rng(3), 50);
    expect(tf.all(flow.support.contains(sample)).dataSync()[0]).toBe(1);
    if (flow.hasLogProb === false) return expect(() => flow.logProb(sample)).toThrow(/has no closed form/);
    expectClose(flow.logProb(sample).dataSync(), logProb.dataSync(), tolerance.gradient, "logProb");
  });

  it("makes a distribution without density outside of its range, and with finite gradients there", () => {
    const flow = lab.transformed({ base: lab.standardNormal([2]), bijector: make() });
    const inside = make().forward(tf.zeros([1, 2]));
    for (const value of outside) {
      const x = tf.concat([inside.slice([0, 0], [1, 1]), tf.fill([1, 1], value)], 1);
      expect(flow.logProb(x).dataSync()[0], String(value)).toBe(-Infinity);
      expectFinite(
        gradientOf((t) => flow.logProb(t).sum(), x),
        `gradient at ${value}`,
      );
    }
    if (flow.hasLogProb !== false) expectFinite(flow.logProb(inside), "logProb inside");
  });

  it("leaves no tensors behind, and names what it cannot take", () => {
    const bijector = make();
    const z = points();
    expect(leaked(() => bijector.forward(z).dispose())).toBe(0);
    expect(leaked(() => bijector.logDet(z, 1).dispose())).toBe(0);
    expect(() => bijector.forward(1 as never)).toThrow(/forward\(\): z must be a float32 tensor of shape \[batch/);
    expect(() => bijector.logDet(z, 7)).toThrow(/logDet\(\): eventRank must be the number of event axes/);
  });
});
