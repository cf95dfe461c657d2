import { Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { factsBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { checkValue, checkWholeNumber } from "../../runtime/check-value";
import { readValues } from "../../runtime/read-values";
import { rng } from "../../runtime/rng";
import { accepts, seedNumber, wholeNumberWithin, within } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { checkTexts, type Text, tokensOf, type Vocabulary } from "./vocabulary";
import { wordCounts } from "./word-counts";

/** Options of `wordVectors()`. */
export interface WordVectorsOptions {
  /** The number of dimensions of a vector, at most the number of words; defaults to 100. */
  dimensions?: number;
  /** The number of context words on each side of a word; defaults to 5. */
  window?: number;
  /** The power applied to a context's frequency, in (0, 1]; below 1, rare contexts get less weight. Defaults to 0.75. */
  contextPower?: number;
  /** The power p of the singular values in a word's vector U Σ^p, in [0, 1]; defaults to 0.5. */
  singularPower?: number;
  /** Seed of the random projection; defaults to 0. */
  seed?: number;
}

/** A word and its similarity. */
export interface Neighbor {
  word: string;
  /** The cosine of the angle between the two vectors, in [−1, 1]. */
  similarity: number;
}

/** Vectors for the words of a vocabulary. Has a display in a cell. */
export interface WordVectors {
  readonly vocabulary: Vocabulary;
  /** One row per word, float32 [words, dimensions]. */
  readonly vectors: tf.Tensor2D;
  /** The words with the largest cosine similarity to a word, nearest first; `count` defaults to 10. */
  nearest(word: string, count?: number): Neighbor[];
  /** The mean of the vectors of each text's words, float32 [texts, dimensions]; zeros for a text without known words. */
  embed(texts: readonly Text[]): tf.Tensor2D;
  /** Frees the native memory. */
  dispose(): void;
}

/** The table of word pairs is dense; with this many words, it needs 400 MB. */
const mostWords = 10_000;

/**
 * Computes word vectors from context words: the singular value decomposition of the positive pointwise mutual information
 * between words and context words (Levy & Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization", which
 * shows that word2vec implicitly factorizes a similar matrix). Use only the training texts.
 *
 * @throws ArgumentError for options out of range
 */
export function wordVectors(
  texts: readonly Text[],
  vocabulary: Vocabulary,
  options: WordVectorsOptions = {},
): WordVectors {
  checkTexts(where, texts, { vocabulary });
  checkValue(where, "vocabulary.size", vocabulary.size, wholeNumberWithin(2, mostWords));
  checkOptions(where, schemaFor(vocabulary.size), options);
  const { dimensions = Math.min(100, vocabulary.size), window = 5, contextPower = 0.75 } = options;
  const { singularPower = 0.5, seed = 0 } = options;
  const pairs = pairCounts(texts, vocabulary, window);
  const vectors = tf.tidy(() => {
    const table = positiveMutualInformation(tf.tensor2d(pairs, [vocabulary.size, vocabulary.size]), contextPower);
    return leadingVectors(table, dimensions, singularPower, seed);
  });
  const found: WordVectors = {
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
  return withDisplay(found, () =>
    factsBundle("Word vectors", {
      words: vocabulary.size,
      dimensions,
      "most widespread": vocabulary.words.slice(0, 5).join(", "),
    }),
  );
}

const where = "wordVectors()";

const schemaFor = (words: number) =>
  optionsSchema<WordVectorsOptions>({
    dimensions: wholeNumberWithin(1, words).optional(),
    window: wholeNumberWithin(1, 100).optional(),
    contextPower: accepts<number>(
      (value) => typeof value === "number" && value > 0 && value <= 1,
      "a number in (0, 1]",
    ).optional(),
    singularPower: within(0, 1).optional(),
    seed: seedNumber.optional(),
  });

/** How often word j is at most `window` words away from word i, [words · words]. Unknown words count as positions. */
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
  // A pair that never occurs gives ln 0 = −∞, and a word without neighbors gives 0/0. Both become 0.
  const ratio = pairs.div(ofWord.maximum(1)).div(contexts.div(contexts.sum()).maximum(1e-30));
  return tf.where(tf.greater(pairs, 0), ratio, tf.onesLike(ratio)).log().relu() as tf.Tensor2D;
}

/** Ten extra directions and two power iterations make the random projection nearly exact (Halko et al. 2011). */
const spareDirections = 10;
const powerRounds = 2;

/** U Σ^p of the largest singular values, [words, dimensions], by a random projection (Halko, Martinsson & Tropp 2011, §4–5). */
function leadingVectors(table: tf.Tensor2D, dimensions: number, power: number, seed: number): tf.Tensor2D {
  const words = table.shape[0];
  const directions = Math.min(words, dimensions + spareDirections);
  let basis = orthonormal(table.matMul(rng(seed).normal([words, directions]) as tf.Tensor2D) as tf.Tensor2D);
  for (let round = 0; round < powerRounds; round++) {
    // Orthonormalized in between; otherwise rounding would leave only the largest directions.
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
  checkWholeNumber("nearest()", "count", count);
  const similarities = readValues(() => {
    const lengths = vectors.norm("euclidean", 1, true);
    const directions = vectors.div(lengths.maximum(Number.EPSILON)) as tf.Tensor2D;
    return directions.matMul(directions.slice([index, 0], [1, -1]), false, true);
  });
  return Array.from(similarities, (similarity, other) => ({ word: vocabulary.words[other] as string, similarity }))
    .filter((_, other) => other !== index)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, count);
}
