import { expect, it } from "vitest";
import { kl } from "../../src/distributions/kl";
import { normal } from "../../src/distributions/normal";
import { type PerExample, perExample } from "../../src/distributions/per-example";
import { standardNormal } from "../../src/distributions/standard-normal";
import { elbo } from "../../src/objectives/elbo";
import { type Loss, maximize } from "../../src/objectives/loss";
import { type BatchMean, meanOverBatch } from "../../src/objectives/mean-over-batch";
import { weightedSum } from "../../src/objectives/weighted-sum";
import { tf } from "../../src/runtime/tensorflow";

/**
 * What must not compile: `npm run check` compiles this file, and an expected error that does not come is an error. None of
 * it runs.
 */
export function mistakes(x: tf.Tensor, xHat: tf.Tensor, rate: PerExample, mean: BatchMean, loss: Loss): void {
  const distortion = perExample(tf.sum(tf.square(tf.sub(x, xHat)), 1));

  // @ts-expect-error a mean-reduced reconstruction with a sum-reduced KL: the mistake with the hidden β of hundreds
  elbo({ distortion: meanOverBatch(distortion), rate });
  // @ts-expect-error a plain tensor has no declared reduction
  elbo({ distortion: tf.losses.meanSquaredError(x, xHat), rate });
  // @ts-expect-error a sum over the whole batch is not per example
  elbo({ distortion, rate: tf.sum(rate) });
  // @ts-expect-error the mean of a mean
  meanOverBatch(meanOverBatch(rate));
  // @ts-expect-error a loss is not a term
  meanOverBatch(loss);
  // @ts-expect-error a loss needs a mean over the batch
  maximize(rate);
  // @ts-expect-error a loss is no mean to turn around once more
  maximize(loss);
  const weighted = [0.5, mean] as const;
  // @ts-expect-error a mean among per-example terms: λ would depend on the batch size
  weightedSum([[1, rate] as const, weighted]);
  // @ts-expect-error arithmetic gives a plain tensor, to be declared anew
  elbo({ distortion, rate: rate.mul(2) });
  // @ts-expect-error a term is no loss
  const wrong: Loss = rate;
  tf.dispose(wrong);
}

it("What is right compiles without a cast, and branded values are ordinary tensors", () => {
  tf.tidy(() => {
    const q = normal({ mean: tf.zeros([3, 2]), logVar: 0 });
    const likelihood = normal({ mean: tf.zeros([3, 4]), logVar: 0 });
    const rate: PerExample = kl(q, standardNormal([2]));
    const distortion = perExample(tf.neg(likelihood.logProb(tf.zeros([3, 4]))), "distortion");
    const loss: Loss = maximize(meanOverBatch(elbo({ distortion, rate })));
    const plain: tf.Tensor = loss;
    expect(plain.shape).toEqual([]);
    expect(plain.dataSync()[0]).toBeCloseTo(2 * Math.log(2 * Math.PI), 4);
  });
});
