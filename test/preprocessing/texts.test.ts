import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { tfIdf } from "../../src/preprocessing/text/tf-idf";
import { tokenize } from "../../src/preprocessing/text/tokenize";
import { vocabulary } from "../../src/preprocessing/text/vocabulary";
import { wordCounts } from "../../src/preprocessing/text/word-counts";
import {
  sequenceIds,
  sequenceSymbols,
  sequenceTexts,
  wordSequences,
} from "../../src/preprocessing/text/word-sequences";
import { wordVectors } from "../../src/preprocessing/text/word-vectors";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

describe("tokenize()", () => {
  test.each([
    ["Don't PANIC, it’s fine!", ["don't", "panic", "it's", "fine"]],
    ["see http://a.example/x?y=1, www.b.example or c.com/path.", ["see", "<url>", "<url>", "or", "<url>"]],
    ["write to Ann.Other+list@mail.example today", ["write", "to", "<email>", "today"]],
    ["$1,000.50 at 10:30 on 2002-08-21, 50%", ["<number>", "at", "<number>", "on", "<number>", "<number>"]],
    ["mp3 and r2d2 stay words", ["mp3", "and", "r2d2", "stay", "words"]],
    ["Grüße aus Zürich, naïve café", ["grüße", "aus", "zürich", "naïve", "café"]],
    ["--- *** !!!", []],
    ["", []],
  ])("%j", (text, tokens) => {
    expect(tokenize(text)).toEqual(tokens);
  });

  test("a script without spaces is taken apart into its words", () => {
    const tokens = tokenize("我喜欢机器学习 ok");
    expect(tokens.length).toBeGreaterThan(2);
    expect(tokens.at(-1)).toBe("ok");
    expect(tokens.slice(0, -1).join("")).toBe("我喜欢机器学习");
  });

  test("takes time in proportion to the text", () => {
    const seconds = (text: string) => {
      const start = performance.now();
      tokenize(text);
      return performance.now() - start;
    };
    const text = "a-b.c word 12.5 x@y.z http://u.v/w ".repeat(20_000);
    seconds(text.slice(0, text.length / 10));
    expect(seconds(text)).toBeLessThan(5000);
  });

  test("refuses what is no text", () => {
    expect(() => tokenize(12 as never)).toThrow("tokenize(): text must be a string, but got 12");
  });
});

const texts = ["the cat sat on the mat", "the dog sat", "a cat and a dog", "one of a kind"];

describe("vocabulary()", () => {
  test("holds the words in the most texts first, equals in alphabetical order", () => {
    const words = vocabulary(texts);
    expect(words.words).toEqual(["a", "cat", "dog", "sat", "the"]);
    expect([...words.textCounts]).toEqual([2, 2, 2, 2, 2]);
    expect([words.size, words.texts, words.indexOf("dog"), words.indexOf("one")]).toEqual([5, 4, 2, undefined]);
  });

  test("size, minCount, maxShare and stopWords leave words out", () => {
    expect(vocabulary(texts, { size: 2 }).words).toEqual(["a", "cat"]);
    expect(vocabulary(texts, { minCount: 1 }).size).toBe(11);
    expect(vocabulary([...texts, "the"], { maxShare: 0.5 }).words).toEqual(["a", "cat", "dog", "sat"]);
    expect(vocabulary(texts, { stopWords: ["the", "a"] }).words).toEqual(["cat", "dog", "sat"]);
  });

  test("takes tokens as well as texts", () => {
    expect(vocabulary(texts.map(tokenize)).words).toEqual(vocabulary(texts).words);
  });

  test.each([
    [{ size: 0 }, /vocabulary\(\): size must be a whole number of at least 1, but got 0/],
    [{ minCount: Number.NaN }, /minCount must be .* but got NaN/],
    [{ maxShare: 2 }, /maxShare must be a share in \(0, 1\], but got 2/],
    [{ stopWords: "the" }, /stopWords must be a list of words, but got 'the'/],
    [{ minCount: 9 }, /texts must be texts with a word that is in at least 9 of them/],
  ])("refuses %j", (options, message) => {
    expect(() => vocabulary(texts, options)).toThrow(message);
  });

  test("refuses one text in the place of a list", () => {
    expect(() => vocabulary("a text" as never)).toThrow(/texts must be a list of texts/);
  });
});

describe("wordCounts() and tfIdf()", () => {
  const known = vocabulary(texts);

  test("anything but texts and a vocabulary is refused, by name", () => {
    const message = /texts must be a list of texts or of lists of tokens, but got/;
    for (const junk of [null, undefined, 3, "text", [3], [null]] as never[]) {
      expect(() => wordCounts(junk, known)).toThrow(message);
      expect(() => wordSequences(junk, known, { length: 5 })).toThrow(message);
      expect(() => wordVectors(junk, known)).toThrow(message);
    }
    for (const junk of [null, undefined, {}, ["cat"]] as never[]) {
      expect(() => wordCounts(texts, junk)).toThrow(/vocabulary must be a result of vocabulary\(\), but got/);
      expect(() => wordVectors(texts, junk)).toThrow(/vocabulary must be/);
    }
  });

  test("counts the words of the vocabulary, in its order", () => {
    const counts = wordCounts(["the the cat flew", "nothing known"], known);
    expect(counts.arraySync()).toEqual([
      [0, 1, 0, 0, 2],
      [0, 0, 0, 0, 0],
    ]);
    counts.dispose();
  });

  test("weighs by ln((1 + n) / (1 + df)) + 1 of the training texts, and gives rows of length 1", () => {
    const training = tf.tensor2d([
      [3, 0, 1],
      [2, 0, 0],
      [3, 0, 0],
      [4, 0, 0],
      [3, 2, 0],
      [3, 0, 2],
    ]);
    // The worked example of scikit-learn's guide (feature extraction, tf-idf term weighting, smooth_idf = True).
    const before = tf.memory().numTensors;
    const weigh = tfIdf(training, { sublinear: false });
    expect(tf.memory().numTensors).toBe(before);
    const weighted = weigh(training).arraySync();
    expect(tf.memory().numTensors).toBe(before + 1);
    const row = (i: number, ...expected: number[]) => {
      for (const [j, value] of expected.entries()) expect(weighted[i]?.[j]).toBeCloseTo(value, 6);
    };
    row(0, 0.85151335, 0, 0.52433293);
    row(1, 1, 0, 0);
    row(4, 0.55422893, 0.83236428, 0);
    row(5, 0.63035731, 0, 0.77630514);
  });

  test("sublinear counts grow by their logarithm; a text without words stays 0", () => {
    const weigh = tfIdf(tf.ones([2, 2]));
    const weighted = weigh(
      tf.tensor2d([
        [Math.E ** 2, 1],
        [0, 0],
      ] as number[][]),
    ).arraySync();
    expect((weighted[0]?.[0] as number) / (weighted[0]?.[1] as number)).toBeCloseTo(3, 5);
    expect(weighted[1]).toEqual([0, 0]);
  });

  test("counts of another vocabulary are refused", () => {
    expect(() => tfIdf(tf.ones([2, 2]))(tf.ones([2, 3]))).toThrow(/counts must be a tensor of shape \[texts, 2\]/);
  });
});

describe("wordSequences()", () => {
  const known = vocabulary(texts);
  const { padding, start, end, unknown } = sequenceSymbols;

  test("start, words, end, padding; unknown words have an id of their own; a long text is cut before its end", () => {
    const sequences = wordSequences(["a cat flew", "", "the dog sat on a cat"], known, { length: 6 });
    const id = (word: string) => (known.indexOf(word) as number) + 4;
    expect([sequences.dtype, sequences.arraySync()]).toEqual([
      "int32",
      [
        [start, id("a"), id("cat"), unknown, end, padding],
        [start, end, padding, padding, padding, padding],
        [start, id("the"), id("dog"), id("sat"), unknown, end],
      ],
    ]);
    expect(sequenceTexts(sequences, known)).toEqual(["a cat <unknown>", "", "the dog sat <unknown>"]);
    expect(sequences.max().dataSync()[0]).toBeLessThan(sequenceIds(known));
  });

  test("a length without room for a word is refused", () => {
    expect(() => wordSequences(texts, known, { length: 2 })).toThrow(/length must be a whole number of at least 3/);
  });
});

describe("wordVectors()", () => {
  /** Two worlds of twenty words each, which never meet in a text. */
  const worlds = (seed: number) => {
    const draws = Array.from(
      rng(seed)
        .uniform([400 * 9])
        .dataSync(),
    );
    return Array.from({ length: 400 }, (_, text) => {
      const world = text % 2 === 0 ? "sea" : "sky";
      return draws.slice(9 * text, 9 * text + 9).map((draw) => `${world}${Math.floor(20 * draw)}`);
    });
  };

  test("words that keep the same company are near each other", () => {
    const documents = worlds(1);
    const known = vocabulary(documents);
    const vectors = wordVectors(documents, known, { dimensions: 5 });
    for (const word of ["sea3", "sky7"]) {
      const neighbors = vectors.nearest(word, 19);
      expect(neighbors.every((neighbor) => neighbor.word.startsWith(word.slice(0, 3)))).toBe(true);
      expect(neighbors.map(({ similarity }) => similarity)).toEqual(
        neighbors.map(({ similarity }) => similarity).sort((a, b) => b - a),
      );
    }
    vectors.dispose();
  });

  test("the random projection gives the products of the exact decomposition", () => {
    const documents = worlds(2);
    const known = vocabulary(documents);
    const dimensions = 6;
    // With p = 1 the rows' products are those of M's best approximation of that rank: U Σ² Uᵀ, whatever the signs.
    const { vectors } = wordVectors(documents, known, { dimensions, window: 2, singularPower: 1 });
    const table = mutualInformation(documents, known.words, 2, 0.75);
    const { leftSingularVectors, diagonal } = new SingularValueDecomposition(table);
    const u = leftSingularVectors.subMatrix(0, known.size - 1, 0, dimensions - 1);
    const scaled = u.mulRowVector(diagonal.slice(0, dimensions));
    const lengths = vectors.square().sum(0).sqrt().arraySync() as number[];
    for (const [k, length] of lengths.entries()) expect(length / (diagonal[k] as number)).toBeCloseTo(1, 2);
    // The first two directions are far from the next, so that they are the same up to a sign.
    const first = vectors.arraySync().map((row) => Math.abs(row[0] as number));
    for (const [word, value] of first.entries()) expect(value).toBeCloseTo(Math.abs(scaled.get(word, 0)), 2);
  });

  test("a text's vector is the mean of its known words'; the same seed gives the same vectors; nothing leaks", () => {
    const documents = worlds(3);
    const known = vocabulary(documents);
    const before = tf.memory().numTensors;
    const [a, b] = [wordVectors(documents, known), wordVectors(documents, known)];
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(a.vectors.shape).toEqual([known.size, known.size]);
    expect(a.vectors.dataSync()).toEqual(b.vectors.dataSync());
    const embedded = a.embed([["sea1", "sky2", "sea1", "nowhere"], []]);
    const vectorOf = (word: string) => a.vectors.gather([known.indexOf(word) as number]);
    const mean = vectorOf("sea1").mul(2).add(vectorOf("sky2")).div(3);
    expect(largest(embedded.slice([0, 0], [1, -1]).sub(mean))).toBeLessThan(tolerance.float32);
    expect(largest(embedded.slice([1, 0]))).toBe(0);
    const made = tf.memory().numTensors;
    for (const vectors of [a, b]) vectors.dispose();
    expect(tf.memory().numTensors).toBe(made - 2);
  });

  test.each([
    [{ dimensions: 99 }, /wordVectors\(\): dimensions must be a whole number in \[1, 5\], but got 99/],
    [{ window: 0 }, /window must be a whole number in \[1, 100\], but got 0/],
    [{ contextPower: 0 }, /contextPower must be a number in \(0, 1\], but got 0/],
    [{ singularPower: -1 }, /singularPower must be a number in \[0, 1\], but got -1/],
  ])("refuses %j", (options, message) => {
    expect(() => wordVectors(texts, vocabulary(texts), options)).toThrow(message);
  });

  test("nearest() of a word it does not know names the word", () => {
    const { nearest } = wordVectors(texts, vocabulary(texts));
    expect(() => nearest("unicorn")).toThrow(/word must be a word of the vocabulary, but got 'unicorn'/);
  });
});

const largest = (x: tf.Tensor): number => x.abs().max().dataSync()[0] as number;

/** The table of Levy, Goldberg & Dagan 2015 by plain loops. */
function mutualInformation(texts: string[][], words: readonly string[], window: number, power: number): Matrix {
  const pairs = Matrix.zeros(words.length, words.length);
  for (const tokens of texts) {
    tokens.forEach((word, i) => {
      tokens.forEach((context, j) => {
        if (i === j || Math.abs(i - j) > window) return;
        const [row, column] = [words.indexOf(word), words.indexOf(context)];
        pairs.set(row, column, pairs.get(row, column) + 1);
      });
    });
  }
  const total = pairs.sum();
  const ofWord = pairs.sum("row");
  const contexts = pairs.sum("column").map((count) => count ** power);
  const allContexts = contexts.reduce((sum, count) => sum + count, 0);
  return Matrix.zeros(words.length, words.length).apply(function (this: Matrix, i: number, j: number) {
    const joint = pairs.get(i, j) / total;
    const apart = ((ofWord[i] as number) / total) * ((contexts[j] as number) / allContexts);
    this.set(i, j, joint === 0 ? 0 : Math.max(0, Math.log(joint / apart)));
  });
}
