import { pathToFileURL } from "node:url";

/** A regular expression that matches the URL under which V8 knows the script of a file. */
export function scriptPattern(file: string): string {
  const { href } = pathToFileURL(file);
  const escaped = href.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  // V8 leaves the brackets of `cell[3]` as they are.
  return `^${escaped.replace(/%5B/g, "(?:%5B|\\[)").replace(/%5D/g, "(?:%5D|\\])")}$`;
}
