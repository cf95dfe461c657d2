/** What Node's tracking of async contexts leaves on promises and timers, as `inspect` prints it. */
const marks = /,?\s*\[Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: [^\s,}]+/g;

/**
 * The layer follows which cell has started which work with an AsyncLocalStorage. Up to Node 23 that leaves visible
 * properties on promises and timers: they are taken out of what cells print.
 */
export function plainText(text: string): string {
  if (!text.includes("[Symbol(")) return text;
  // Without its marks a promise fits on one line again.
  return text.replace(marks, "").replace(/Promise \{\s+([^\s{}]+)\s+\}/g, "Promise { $1 }");
}
