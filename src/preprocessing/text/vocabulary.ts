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
  /** The number of words to keep, those in the most texts; defaults to 2000. */
  size?: number;
  /** The smallest number of texts a word must be in; defaults to 2. */
  minCount?: number;
  /** The largest share of the texts a word may be in, in (0, 1], since a word that is everywhere tells nothing; defaults to 1. */
  maxShare?: number;
  /** Words to leave out; defaults to none. */
  stopWords?: Iterable<string>;
}

/** The words that a model knows, numbered; shows itself in a cell. */
export interface Vocabulary {
  /** The words by number: the most widespread first, ties in alphabetical order. */
  readonly words: readonly string[];
  /** The number of words. */
  readonly size: number;
  /** The number of texts each word is in, by the word's number. */
  readonly textCounts: Int32Array;
  /** The number of texts that it was made from. */
  readonly texts: number;
  /** The number of a word, or undefined for a word it does not know. */
  indexOf(word: string): number | undefined;
}

/**
 * The words of a collection of texts. Make it from the training texts alone: a word chosen because it is in the test texts leaks
 * information.
 *
 * @throws ArgumentError for options out of range, and where no word is left
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

/** Checks that something is a list of texts, and, where a vocabulary comes with it, that it is one. */
export function checkTexts(where: string, texts: unknown, known?: { vocabulary: unknown }): void {
  const right = Array.isArray(texts) && texts.every((text) => typeof text === "string" || Array.isArray(text));
  if (!right) throw new ArgumentError(where, "texts", texts, "a list of texts or of lists of tokens");
  if (known === undefined || Array.isArray((known.vocabulary as Vocabulary | null)?.words)) return;
  throw new ArgumentError(where, "vocabulary", known.vocabulary, "what vocabulary() returned");
}

/** The tokens of each text, one text at a time: together they could take more memory than the texts. */
export function* tokensOf(texts: readonly Text[]): Generator<readonly string[]> {
  for (const text of texts) yield typeof text === "string" ? tokenize(text) : text;
}
