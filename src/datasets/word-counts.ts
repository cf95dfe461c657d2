import { tf } from "../runtime/tensorflow";
import { type Text, tokensOf, type Vocabulary } from "./vocabulary";

/**
 * How often each word of the vocabulary is in each text, float32 [texts, words]. Words it does not know are left out.
 */
export function wordCounts(texts: readonly Text[], vocabulary: Vocabulary): tf.Tensor2D {
  const counts = new Float32Array(texts.length * vocabulary.size);
  let row = 0;
  for (const tokens of tokensOf("wordCounts()", texts)) {
    for (const token of tokens) {
      const word = vocabulary.indexOf(token);
      if (word !== undefined) counts[row * vocabulary.size + word]! += 1;
    }
    row++;
  }
  return tf.tensor2d(counts, [texts.length, vocabulary.size]);
}
