import { Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { ArgumentError } from "../../runtime/argument-error";
import { rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { checkTexts, type Text, tokensOf, type Vocabulary } from "./vocabulary";
import { wordCounts } from "./word-counts";

/** Options of `wordVectors()`. */
export interface WordVectorsOptions {
  /** The length of a vector; defaults to 100, at most the number of words. */
  dimensions?: number;
  /** How many words before and after a word are its contexts; defaults to 5. */
  window?: number;
  /** The power of a context's frequency, in (0, 1]: below 1 rare contexts are trusted less; defaults to 0.75. */
  contextPower?: number;
  /** The power p of the singular values in a word's vector U Σ^p, in [0, 1]; defaults to 0.5. */
  singularPower?: number;
  /** Seed of the random projection; defaults to 0. */
  seed?: number;
}

/** A word and how near it is. */
export interface Neighbor {
  word: string;
  /** The cosine of the angle between the two vectors, in [−1, 1]. */
  similarity: number;
}

/** Vectors of the words of a vocabulary. */
export interface WordVectors {
  readonly vocabulary: Vocabulary;
  /** One row for each word, float32 [words, dimensions]. */
  readonly vectors: tf.Tensor2D;
  /** The words whose vectors point the most in the direction of this word's, the nearest first; defaults to 10 of them. */
  nearest(word: string, count?: number): Neighbor[];
  /** The mean of the vectors of each text's words, float32 [texts, dimensions]; zeros for a text without known words. */
  embed(texts: readonly Text[]): tf.Tensor2D;
  /** Gives the native memory back. */
  dispose(): void;
}

/** The table of pairs of words is dense: at this size it takes 400 MB. */
const mostWords = 10_000;

/**
 * Vectors of words from the company they keep: the singular value decomposition of the table of positive pointwise mutual
 * information between words and the words around them (Levy & Goldberg 2014, "Neural Word Embedding as Implicit Matrix
 * Factorization", which is what word2vec computes by other means). Train on the training texts alone.
 *
 * @throws ArgumentError for options out of range
 */
export function wordVectors(
  texts: readonly Text[],
  vocabulary: Vocabulary,
  options: WordVectorsOptions = {},
): WordVectors {
  checkTexts(where, texts, { vocabulary });
  const { dimensions = Math.min(100, vocabulary.size), window = 5, contextPower = 0.75 } = options;
  const { singularPower = 0.5, seed = 0 } = options;
  check("vocabulary.size", vocabulary.size, 2, mostWords);
  check("dimensions", dimensions, 1, vocabulary.size);
  check("window", window, 1, 100);
  if (!(typeof contextPower === "number" && contextPower > 0 && contextPower <= 1)) {
    throw new ArgumentError(where, "contextPower", contextPower, "a number in (0, 1]");
  }
  if (!(typeof singularPower === "number" && singularPower >= 0 && singularPower <= 1)) {
    throw new ArgumentError(where, "singularPower", singularPower, "a number in [0, 1]");
  }
  const pairs = pairCounts(texts, vocabulary, window);
  const vectors = tf.tidy(() => {
    const table = positiveMutualInformation(tf.tensor2d(pairs, [vocabulary.size, vocabulary.size]), contextPower);
    return leadingVectors(table, dimensions, singularPower, seed);
  });
  return {
    vocabulary,
    vectors,
    nearest: (word, count = 10) => nearest(vocabulary, vectors, word, count),
    embed: (documents) =>
      tf.tidy(() => {
        const counts = wordCounts(documents, vocabulary);
        return counts.matMul(vectors).div(counts.sum(1, true).maximum(1)) as tf.Tensor2D;
      }),
    dispose: () => vectors.dispose(),
  };
}

const where = "wordVectors()";

/** How often word j is at most `window` words away from word i, [words · words]. Unknown words keep their places. */
function pairCounts(texts: readonly Text[], { size, indexOf }: Vocabulary, window: number): Float32Array {
  const pairs = new Float32Array(size * size);
  for (const tokens of tokensOf(texts)) {
    const indices = tokens.map((token) => indexOf(token) ?? -1);
    for (let place = 0; place < indices.length; place++) {
      const word = indices[place] as number;
      if (word < 0) continue;
      for (let other = Math.max(0, place - window); other < place; other++) {
        const context = indices[other] as number;
        if (context < 0) continue;
        pairs[word * size + context]! += 1;
        pairs[context * size + word]! += 1;
      }
    }
  }
  return pairs;
}

/** max(0, ln p(w, c) / (p(w) p_α(c))) with p_α(c) ∝ #(c)^α (Levy, Goldberg & Dagan 2015, equations 1 and 3). */
function positiveMutualInformation(pairs: tf.Tensor2D, contextPower: number): tf.Tensor2D {
  const ofWord = pairs.sum(1, true);
  const contexts = pairs.sum(0, true).pow(contextPower);
  // ln 0 of a pair that never occurs is −∞, and a word without company gives 0/0: both become 0.
  const ratio = pairs.div(ofWord.maximum(1)).div(contexts.div(contexts.sum()).maximum(1e-30));
  return tf.where(tf.greater(pairs, 0), ratio, tf.onesLike(ratio)).log().relu() as tf.Tensor2D;
}

/** More directions than asked for and two rounds of powers make the random projection as good as exact (Halko et al. 2011). */
const spareDirections = 10;
const powerRounds = 2;

/** U Σ^p of the largest singular values, [words, dimensions], by a random projection (Halko, Martinsson & Tropp 2011, §4–5). */
function leadingVectors(table: tf.Tensor2D, dimensions: number, power: number, seed: number): tf.Tensor2D {
  const words = table.shape[0];
  const directions = Math.min(words, dimensions + spareDirections);
  let basis = orthonormal(table.matMul(rng(seed).normal([words, directions]) as tf.Tensor2D) as tf.Tensor2D);
  for (let round = 0; round < powerRounds; round++) {
    // The basis is made orthonormal in between, or rounding would leave only the largest directions.
    basis = orthonormal(table.matMul(orthonormal(table.matMul(basis, true) as tf.Tensor2D)) as tf.Tensor2D);
  }
  const small = new Matrix(basis.matMul(table, true).arraySync() as number[][]);
  const { leftSingularVectors, diagonal } = new SingularValueDecomposition(small, {
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  const rotation = leftSingularVectors.subMatrix(0, directions - 1, 0, dimensions - 1).to2DArray();
  const scale = diagonal.slice(0, dimensions).map((value) => value ** power);
  return basis.matMul(tf.tensor2d(rotation)).mul(tf.tensor1d(scale)) as tf.Tensor2D;
}

/** An orthonormal basis of the columns, [rows, columns]. */
const orthonormal = (columns: tf.Tensor2D): tf.Tensor2D =>
  tf.tensor2d(new QrDecomposition(new Matrix(columns.arraySync())).orthogonalMatrix.to2DArray());

function nearest(vocabulary: Vocabulary, vectors: tf.Tensor2D, word: string, count: number): Neighbor[] {
  const index = vocabulary.indexOf(word);
  if (index === undefined) throw new ArgumentError("nearest()", "word", word, "a word of the vocabulary");
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ArgumentError("nearest()", "count", count, "a whole number of at least 1");
  }
  const similarities = tf.tidy(() => {
    const lengths = vectors.norm("euclidean", 1, true);
    const directions = vectors.div(lengths.maximum(Number.EPSILON)) as tf.Tensor2D;
    return directions.matMul(directions.slice([index, 0], [1, -1]), false, true).dataSync();
  });
  return Array.from(similarities, (similarity, other) => ({ word: vocabulary.words[other] as string, similarity }))
    .filter((_, other) => other !== index)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, count);
}

function check(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && low <= value && value <= high) return;
  throw new ArgumentError(where, name, value, `a whole number in [${low}, ${high}]`);
}
