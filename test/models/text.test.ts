import { describe, expect, test } from "vitest";
import { multinomial } from "../../src/distributions/multinomial";
import { perplexity } from "../../src/metrics/perplexity";
import { neuralDocumentModel } from "../../src/models/neural-document-model";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";

/** Documents of which each half has six words of its own: 200 of 5 to 104 words, [200, 12]. */
function twoSubjects(): { x: tf.Tensor2D; subject: Int32Array } {
  const subject = Int32Array.from({ length: 200 }, (_, i) => i % 2);
  const x = tf.tidy(() => {
    const half = tf.range(0, 12).less(6).toFloat();
    const documents = [...subject].map((side, i) => {
      const logits = tf.abs(tf.sub(half, side)).sub(1).mul(20).expandDims(0);
      return multinomial({ logits, total: 5 + (i % 100) }).sample(rng(i));
    });
    return tf.concat(documents) as tf.Tensor2D;
  });
  return { x, subject };
}

describe("neuralDocumentModel()", () => {
  test.each([
    { concentration: undefined, latent: 1 },
    { concentration: 0.5, latent: 2 },
  ])("finds two subjects, beats the frequencies of words, and says which words they are: %j", async (given) => {
    const { x, subject } = twoSubjects();
    const model = neuralDocumentModel({ words: 12, hidden: [16], seed: 1, ...given });
    await fit(model, x, { epochs: 60, batch: 50, learningRate: 0.02, progress: false });
    const words = x.sum(1);
    const found = perplexity(await model.logLikelihood(x, { samples: 200 }), words);
    // Twelve equally frequent words, six within a subject.
    expect(found).toBeLessThan(7);
    expect(found).toBeGreaterThan(6);
    const [topic] = model.topics(6);
    const sides = [topic!.raised, topic!.lowered].map((ids) => new Set([...ids].map((id) => Math.floor(id / 6))));
    expect(sides.map(({ size }) => size)).toEqual([1, 1]);
    const first = model.embed(x).slice([0, 0], [-1, 1]).dataSync();
    const signs = new Set([...first].map((code, i) => code > 0 === (subject[i] === 1)));
    expect(signs.size).toBe(1);
    model.dispose();
    x.dispose();
  });

  test("no length of a document is too long for it", () => {
    const model = neuralDocumentModel({ words: 12, latent: 2 });
    const loss = model.phases[0].loss({ x: tf.fill([2, 12], 1e5) }, { rng: rng(0), training: true, schedules: {} });
    expect(Number.isFinite(loss.loss.dataSync()[0])).toBe(true);
    model.dispose();
  });

  test("refuses documents that are no counts, and options that contradict each other", () => {
    const model = neuralDocumentModel({ words: 3, latent: 2 });
    expect(() => model.check("fit()", { x: tf.tensor2d([[0.5, 1, 2]]) })).toThrow(
      /x must be whole numbers of at least 0, everywhere, but got 0.5/,
    );
    expect(() => model.topics(4)).toThrow(/count must be a whole number from 1 to 3/);
    const both = { words: 3, latent: 2, concentration: 1, prior: model.prior };
    expect(() => neuralDocumentModel(both)).toThrow(/prior must be left out where a concentration is given/);
    expect(() => neuralDocumentModel({ words: 3, latent: 2, concentration: 0 })).toThrow(
      /concentration must be a finite/,
    );
    expect(() => neuralDocumentModel({ words: 3, latent: 1, concentration: 1 })).toThrow(/latent must be at least 2/);
    model.dispose();
  });
});
