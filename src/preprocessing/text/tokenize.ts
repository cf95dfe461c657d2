import { ArgumentError } from "../../runtime/argument-error";

/** The tokens that replace anything that is not a word. */
export const symbolTokens = { url: "<url>", email: "<email>", number: "<number>" } as const;

/**
 * The words of a text, in lowercase and in order. Web addresses, e-mail addresses and numbers (amounts, dates, times,
 * percentages) become the tokens `<url>`, `<email>` and `<number>`: their presence is informative, but the exact value rarely is.
 * Punctuation is dropped. An apostrophe inside a word is part of it: "don't".
 *
 * @returns tokens; an empty list for a text without words
 * @throws ArgumentError for anything but a string
 */
export function tokenize(text: string): string[] {
  if (typeof text !== "string") throw new ArgumentError("tokenize()", "text", text, "a string");
  const tokens: string[] = [];
  for (const { 0: found, groups } of text.toLowerCase().matchAll(pattern)) {
    if (groups?.url) tokens.push(symbolTokens.url);
    else if (groups?.email) tokens.push(symbolTokens.email);
    else if (groups?.number) tokens.push(symbolTokens.number);
    else if (withoutSpaces.test(found)) tokens.push(...segments(found));
    else tokens.push(found.replaceAll("’", "'"));
  }
  return tokens;
}

/** The order matters: an e-mail address contains text that looks like a web address, and both contain words and numbers. */
const pattern = new RegExp(
  [
    String.raw`(?<email>[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*)`,
    String.raw`(?<url>(?:https?:\/\/|ftp:\/\/|www\.)[^\s<>"')\]]+|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:com|net|org|edu|gov|info|biz)\b(?:\/[^\s<>"')\]]*)?)`,
    String.raw`(?<number>(?<![\p{L}\p{M}])\p{N}+(?:[.,:/-]\p{N}+)*(?![\p{L}\p{M}\p{N}]))`,
    String.raw`[\p{L}\p{M}\p{N}]*[\p{L}\p{M}][\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)*`,
  ].join("|"),
  "gu",
);

/** Scripts without spaces between words. Only these need the system's dictionary, which is slow. */
const withoutSpaces = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
let segmenter: Intl.Segmenter | undefined;

function segments(run: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  return Array.from(segmenter.segment(run))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
}
