import { tableBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { accepts, wholeNumber } from "../../runtime/rules";
import { tokenize } from "./tokenize";

/** A text, or its tokens. */
export type Text = string | readonly string[];

/** Options of `vocabulary()`. */
export interface VocabularyOptions {
  /** The maximum number of words; words in the most texts are kept. Defaults to 2000. */
  size?: number;
  /** The minimum number of texts that a word must occur in; defaults to 2. */
  minCount?: number;
  /**
   * The maximum share of texts that a word may occur in, in (0, 1]; a word that occurs everywhere is not informative.
   * Defaults to 1.
   */
  maxShare?: number;
  /** Words to exclude; defaults to none. */
  stopWords?: Iterable<string>;
}

/** The numbered words of a model. Has a display in a cell. */
export interface Vocabulary {
  /** The words by index: words in the most texts first, ties in alphabetical order. */
  readonly words: readonly string[];
  /** The number of words. */
  readonly size: number;
  /** The number of texts that each word occurs in, by the word's index. */
  readonly textCounts: Int32Array;
  /** The number of texts that the vocabulary was built from. */
  readonly texts: number;
  /** The index of a word, or undefined for an unknown word. */
  indexOf(word: string): number | undefined;
}

/**
 * Builds a vocabulary from a collection of texts. Use only the training texts: words chosen from the test texts would leak
 * information.
 *
 * @throws ArgumentError for options out of range, and if no word remains
 */
export function vocabulary(texts: readonly Text[], options: VocabularyOptions = {}): Vocabulary {
  checkOptions(where, schema, options);
  const { size = 2000, minCount = 2, maxShare = 1, stopWords = [] } = options;
  checkTexts(where, texts);
  const counts = new Map<string, number>();
  for (const tokens of tokensOf(texts)) {
    for (const word of new Set(tokens)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  for (const word of stopWords) counts.delete(word);
  const kept = [...counts]
    .filter(([, count]) => count >= minCount && count <= maxShare * texts.length)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, size);
  if (kept.length === 0) {
    throw new ArgumentError(where, "texts", texts, `texts with a word that is in at least ${minCount} of them`);
  }
  const indices = new Map(kept.map(([word], index) => [word, index]));
  const known: Vocabulary = {
    words: kept.map(([word]) => word),
    size: kept.length,
    textCounts: Int32Array.from(kept, ([, count]) => count),
    texts: texts.length,
    indexOf: (word) => indices.get(word),
  };
  return withDisplay(known, () =>
    tableBundle(
      `Vocabulary of ${kept.length} words from ${texts.length} texts`,
      ["id", "word", "texts"],
      [...kept.map(([word, count], id) => [id, word, count])],
    ),
  );
}

const where = "vocabulary()";

const schema = optionsSchema<VocabularyOptions>({
  size: wholeNumber().optional(),
  minCount: wholeNumber().optional(),
  maxShare: accepts<number>(
    (value) => typeof value === "number" && value > 0 && value <= 1,
    "a share in (0, 1]",
  ).optional(),
  stopWords: accepts<Iterable<string>>(
    (value) => typeof value !== "string" && typeof (value as never)?.[Symbol.iterator] === "function",
    "a list of words",
  ).optional(),
});

/** Checks that a value is a list of texts and, if a vocabulary is passed too, that it is a vocabulary. */
export function checkTexts(where: string, texts: unknown, known?: { vocabulary: unknown }): void {
  const right = Array.isArray(texts) && texts.every((text) => typeof text === "string" || Array.isArray(text));
  if (!right) throw new ArgumentError(where, "texts", texts, "a list of texts or of lists of tokens");
  if (known === undefined || Array.isArray((known.vocabulary as Vocabulary | null)?.words)) return;
  throw new ArgumentError(where, "vocabulary", known.vocabulary, "a result of vocabulary()");
}

/** The tokens of each text, one text at a time, because all tokens together could need more memory than the texts. */
export function* tokensOf(texts: readonly Text[]): Generator<readonly string[]> {
  for (const text of texts) yield typeof text === "string" ? tokenize(text) : text;
}
