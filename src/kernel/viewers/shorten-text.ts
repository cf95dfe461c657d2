/** A text of at most about `longest` characters: its beginning, a sentence, and its end. */
export function shortenText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const half = Math.floor(longest / 2);
  return `${text.slice(0, half)}${leftOut(text.length - 2 * half)}${text.slice(-half)}`;
}

/** The sentence in place of text that is not shown. */
export function leftOut(characters: number): string {
  return `\n… ${characters.toLocaleString("en")} characters are left out here …\n`;
}
