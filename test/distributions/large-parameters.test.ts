import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beta } from "../../src/distributions/beta";
import { dirichlet } from "../../src/distributions/dirichlet";
import type { Distribution } from "../../src/distributions/distribution";
import { gamma } from "../../src/distributions/gamma";
import { kl } from "../../src/distributions/kl";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** One distribution, and divergences to others; see make_distribution_numerics.py. */
interface Row {
  parameters: number[];
  x: number[] | number[][];
  logProb: number[];
  entropy: number;
  others: number[][];
  kl: number[];
}

const reference = JSON.parse(
  readFileSync(new URL("../reference/distribution-numerics.json", import.meta.url), "utf8"),
) as Record<"gamma" | "beta" | "dirichlet", Row[]>;

const makers: Record<keyof typeof reference, (parameters: number[]) => Distribution> = {
  gamma: ([concentration = 0, rate = 0]) => gamma({ concentration, rate, shape: [1, 1] }),
  beta: ([a = 0, b = 0]) => beta({ alpha: a, beta: b, shape: [1, 1] }),
  dirichlet: (concentration) => dirichlet({ concentration: tf.tensor2d([concentration]) }),
};

const rows = Object.entries(reference).flatMap(([family, list]) =>
  list.map((row) => ({ family: family as keyof typeof reference, name: `${family}(${row.parameters})`, row })),
);

describe.each(rows)("$name keeps its digits", ({ family, row }) => {
  const make = makers[family];

  it("in its log-density", () => {
    const d = make(row.parameters);
    const x = tf.tensor(row.x.flat(), [row.x.length, 1, ...d.eventShape]);
    expectClose(d.logProb(x).dataSync(), row.logProb, tolerance.largeParameters, "logProb");
  });

  it("in its entropy", () => {
    expectClose(make(row.parameters).entropy().dataSync(), [row.entropy], tolerance.reference, "entropy");
  });

  it("in its divergences, which are never below 0", () => {
    const q = make(row.parameters);
    for (const [i, other] of row.others.entries()) {
      const value = kl(q, make(other)).dataSync();
      expectClose(value, [row.kl[i] as number], tolerance.largeParameters, `KL to ${other}`);
      expect(value[0]).toBeGreaterThanOrEqual(0);
    }
    expect(kl(q, q).dataSync()[0]).toBe(0);
  });
});
