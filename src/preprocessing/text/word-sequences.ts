import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { wholeNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { checkTexts, type Text, tokensOf, type Vocabulary } from "./vocabulary";

/** Options of `wordSequences()`. */
export interface WordSequencesOptions {
  /** The length of every sequence, including its start and its end; at least 3. Longer texts are cut. */
  length: number;
}

const schema = optionsSchema<WordSequencesOptions>({ length: wholeNumber(3) });

/**
 * The ids in a sequence that are not words. The word with index w has the id w + 4. `sequenceIds()` returns the number of ids:
 * `size + 4` for a vocabulary of `size` words.
 */
export const sequenceSymbols = { padding: 0, start: 1, end: 2, unknown: 3 } as const;

const firstWord = Object.keys(sequenceSymbols).length;

/** The number of distinct ids in the sequences of a vocabulary: its words and the symbols. */
export const sequenceIds = (vocabulary: Vocabulary): number => vocabulary.size + firstWord;

/**
 * Each text as a sequence of ids, int32 [texts, length]: the start symbol, its words, the end symbol, and padding. An unknown
 * word has the id `sequenceSymbols.unknown`. A text that is too long is truncated, followed by the end symbol.
 *
 * @throws ArgumentError for anything but a list of texts and a vocabulary, and for a length below 3
 */
export function wordSequences(
  texts: readonly Text[],
  vocabulary: Vocabulary,
  options: WordSequencesOptions,
): tf.Tensor2D {
  checkOptions("wordSequences()", schema, options);
  const { length } = options;
  checkTexts("wordSequences()", texts, { vocabulary });
  const { start, end, unknown } = sequenceSymbols;
  const ids = new Int32Array(texts.length * length);
  let row = 0;
  for (const tokens of tokensOf(texts)) {
    const words = tokens.slice(0, length - 2).map((token) => {
      const index = vocabulary.indexOf(token);
      return index === undefined ? unknown : index + firstWord;
    });
    ids.set([start, ...words, end], row * length);
    row++;
  }
  return tf.tensor2d(ids, [texts.length, length], "int32");
}

/**
 * The words of sequences, up to the end symbol and without symbols, separated by spaces. An unknown word becomes `<unknown>`.
 *
 * @param sequences ids, int32 [texts, length]
 * @throws ArgumentError for sequences with another shape
 */
export function sequenceTexts(sequences: tf.Tensor2D, vocabulary: Vocabulary): string[] {
  if (!(sequences instanceof tf.Tensor && !sequences.isDisposed && sequences.rank === 2)) {
    throw new ArgumentError("sequenceTexts()", "sequences", sequences, "a tensor of shape [texts, length]");
  }
  checkTexts("sequenceTexts()", [], { vocabulary });
  const { padding, start, end, unknown } = sequenceSymbols;
  return sequences.arraySync().map((ids) => {
    const last = ids.indexOf(end);
    return (last < 0 ? ids : ids.slice(0, last))
      .filter((id) => id !== padding && id !== start)
      .map((id) => (id === unknown ? "<unknown>" : (vocabulary.words[id - firstWord] ?? "<unknown>")))
      .join(" ");
  });
}
