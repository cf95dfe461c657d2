import { tf } from "../../runtime/tensorflow";
import { checkTexts, type Text, tokensOf, type Vocabulary } from "./vocabulary";

/**
 * Counts how often each word of the vocabulary occurs in each text, float32 [texts, words]. Unknown words are ignored.
 *
 * @throws ArgumentError unless the arguments are a list of texts and a vocabulary
 */
export function wordCounts(texts: readonly Text[], vocabulary: Vocabulary): tf.Tensor2D {
  checkTexts("wordCounts()", texts, { vocabulary });
  const counts = new Float32Array(texts.length * vocabulary.size);
  let row = 0;
  for (const tokens of tokensOf(texts)) {
    for (const token of tokens) {
      const word = vocabulary.indexOf(token);
      if (word !== undefined) counts[row * vocabulary.size + word]! += 1;
    }
    row++;
  }
  return tf.tensor2d(counts, [texts.length, vocabulary.size]);
}
