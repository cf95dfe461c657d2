import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { multinomial } from "../../src/distributions/multinomial";
import { perplexity } from "../../src/metrics/perplexity";
import { neuralDocumentModel } from "../../src/models/neural-document-model";
import { type SequenceVae, sequenceVae } from "../../src/models/sequence-vae";
import { mlp } from "../../src/networks/mlp";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";

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
    { concentration: undefined, latentDim: 1 },
    { concentration: 0.5, latentDim: 2 },
  ])("finds two subjects, beats the frequencies of words, and says which words they are: %j", async (given) => {
    const { x, subject } = twoSubjects();
    const model = neuralDocumentModel({ words: 12, hidden: [16], seed: 1, ...given });
    await fit(model, x, { epochs: 60, batchSize: 50, learningRate: 0.02, progress: false });
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
    const model = neuralDocumentModel({ words: 12, latentDim: 2 });
    const loss = model.phases[0].loss({ x: tf.fill([2, 12], 1e5) }, { rng: rng(0), training: true, schedules: {} });
    expect(Number.isFinite(loss.loss.dataSync()[0])).toBe(true);
    model.dispose();
  });

  test("refuses documents that are no counts, and options that contradict each other", () => {
    const model = neuralDocumentModel({ words: 3, latentDim: 2 });
    expect(() => model.check("fit()", { x: tf.tensor2d([[0.5, 1, 2]]) })).toThrow(
      /x must be whole numbers of at least 0, everywhere, but got 0.5/,
    );
    expect(() => model.topics(4)).toThrow(/count must be a whole number from 1 to 3/);
    const both = { words: 3, latentDim: 2, concentration: 1, prior: model.prior };
    expect(() => neuralDocumentModel(both)).toThrow(/prior must be omitted if a concentration is given/);
    expect(() => neuralDocumentModel({ words: 3, latentDim: 2, concentration: 0 })).toThrow(
      /concentration must be a finite/,
    );
    expect(() => neuralDocumentModel({ words: 3, latentDim: 1, concentration: 1 })).toThrow(
      /latentDim must be at least 2/,
    );
    model.dispose();
  });
});

/** "1 2 3 4" or "4 3 2 1", sometimes cut short: 200 texts, int32 [200, 5]. */
const twoTexts = (): tf.Tensor2D => {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const words = i % 2 === 0 ? [1, 2, 3, 4] : [4, 3, 2, 1];
    return [...words.slice(0, 3 + (i % 3 === 0 ? 0 : 1)), 0, 0].slice(0, 5);
  });
  return tf.tensor2d(rows, [200, 5], "int32");
};
const small = { vocabulary: 5, length: 5, latentDim: 2, embedding: 6, units: 12, seed: 1 };

describe("sequenceVae()", () => {
  test("the probabilities of all texts sum to one, and what comes after the end does not count", () => {
    const model = sequenceVae({ vocabulary: 3, length: 3, latentDim: 2, embedding: 4, units: 5, seed: 2 });
    const texts = [
      [0, 0, 0],
      ...[1, 2].flatMap((a) => [[a, 0, 0], ...[1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c]))]),
    ];
    const total = tf.tidy(() => {
      const x = tf.tensor2d(texts, [texts.length, 3], "int32");
      const one = model.decode(rng(1).normal([1, 2])).logProb(x);
      const draws = model.decode(rng(1).normal([2, 2])).logProb(x.expandDims(1));
      expect(draws.shape).toEqual([texts.length, 2]);
      return [...one.exp().sum().dataSync(), ...draws.exp().sum(0).dataSync()];
    });
    for (const sum of total) expect(sum).toBeCloseTo(1, 5);
    model.dispose();
  });

  test("draws texts as often as their probability says", () => {
    const model = sequenceVae({ vocabulary: 3, length: 2, latentDim: 2, embedding: 4, units: 5, seed: 2 });
    tf.tidy(() => {
      const decoded = model.decode(rng(1).normal([1, 2]).mul(3));
      const drawn = decoded.sample(rng(4), 4000);
      for (const text of [
        [0, 0],
        [1, 0],
        [1, 1],
        [1, 2],
        [2, 0],
        [2, 1],
        [2, 2],
      ]) {
        const x = tf.tensor3d(text, [1, 1, 2], "int32");
        const p = decoded.logProb(x).exp().dataSync()[0] as number;
        const share = tf.all(tf.equal(drawn, x), -1).toFloat().mean().dataSync()[0] as number;
        expect(Math.abs(share - p) / Math.sqrt((p * (1 - p)) / 4000)).toBeLessThan(tolerance.monteCarlo);
      }
    });
    model.dispose();
  });

  test("learns two kinds of texts, writes them, and keeps its place when it is resumed", async () => {
    const x = twoTexts();
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    const training = {
      batchSize: 50,
      learningRate: 0.02,
      progress: false,
      xla: false,
      schedules: { beta: 0.5 },
    } as const;
    try {
      const [whole, parts] = [sequenceVae({ ...small, wordDropout: 0.3 }), sequenceVae({ ...small, wordDropout: 0.3 })];
      await fit(whole, x, { ...training, epochs: 40 });
      const checkpoint = path.join(folder, "fit");
      await fit(parts, x, { ...training, epochs: 20, checkpoint });
      await fit(parts, x, { ...training, epochs: 40, checkpoint, resume: true });
      const numbers = (model: SequenceVae) => model.variables().flatMap((variable) => [...variable.dataSync()]);
      expect(numbers(parts)).toEqual(numbers(whole));
      const given = x.slice([1, 0], [4, 5]);
      expect((whole.reconstruct(given).arraySync() as number[][]).map(([first]) => first)).toEqual([4, 1, 4, 1]);
      const known = new Set(x.arraySync().map(String));
      const written = whole.sample(50).arraySync().map(String);
      expect(written.filter((text) => known.has(text)).length).toBeGreaterThan(35);
      expect(new Set(written.map(([first]) => first)).size).toBe(2);
      const between = whole.interpolate(x.slice(0, 1), x.slice(1, 1), 5);
      expect(between.shape).toEqual([5, 5]);
      expect(between.slice(0, 1).dataSync()[0]).toBe(1);
      expect(between.slice(4, 1).dataSync()[0]).toBe(4);
      // Two beginnings, and two lengths with shares of 1/3 and 2/3: that much no model can save.
      const entropy = Math.log(2) + Math.log(3) - (2 / 3) * Math.log(2);
      const logLikelihood = await whole.logLikelihood(x, { samples: 200 });
      const nats = -(logLikelihood.mean().dataSync()[0] as number);
      expect(nats).toBeGreaterThan(entropy - 1e-3);
      expect(nats).toBeLessThan(entropy + 0.5);
      whole.dispose();
      parts.dispose();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("refuses what is no text, and networks that do not fit", () => {
    const model = sequenceVae(small);
    const text = (...words: number[]) => tf.tensor2d([words], [1, 5], "int32");
    expect(() => model.embed(text(1, 0, 2, 0, 0))).toThrow(
      /x must be words 0 to 4 \(int32\), with zeros only at the end of a row/,
    );
    expect(() => model.embed(text(1, 2, 5, 0, 0))).toThrow(/x must be words 0 to 4 .* but got 5. It is at \[0, 2\]/);
    expect(() => model.embed(tf.ones([1, 5]))).toThrow(/x must be an int32 tensor of shape \[examples, 5\]/);
    expect(() => model.sample(2, { words: "best" as never })).toThrow(
      /words must be "greedy" or "draw", but got 'best'/,
    );
    expect(() => sequenceVae({ ...small, wordDropout: 1.5 })).toThrow(/wordDropout must be a probability in \[0, 1\]/);
    expect(() => sequenceVae({ ...small, decoder: mlp({ inputs: 5, hidden: [2] }) })).toThrow(
      /decoder must be a network with inputs \[5\] and \[2\] and the output \[5, 5\] per example/,
    );
    model.dispose();
  });
});
