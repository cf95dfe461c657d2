import { ArgumentError } from "../../runtime/argument-error";
import { nearestName } from "../../runtime/nearest-name";
import type { Arrow } from "./diagram";

const syntax = '"a -> b", "a -> b -> c", "a --> b" (dashed) or "a -> b: label"';

/**
 * Reads arrows from lines such as `"x -> encoder -> z: draw"`. A label belongs to the last arrow of its line.
 *
 * @param where the public function, for errors
 * @param lines the lines
 * @param known the names of the nodes
 * @throws ArgumentError for a line without an arrow, and for a name that is not a node
 */
export function parseArrows(where: string, lines: readonly string[], known: readonly string[]): Arrow[] {
  return lines.flatMap((line) => {
    if (typeof line !== "string") throw new ArgumentError(where, "arrows", line, `lines such as ${syntax}`);
    const [path = "", label = ""] = line.split(/:\s*(.*)/s);
    const parts = path.split(/\s*(-->|->)\s*/).map((part) => part.trim());
    const names = parts.filter((_, i) => i % 2 === 0);
    if (names.length < 2) throw new ArgumentError(where, "arrows", line, `lines such as ${syntax}`);
    for (const name of names) checkName(where, name, known);
    return names.slice(1).map((to, i) => ({
      from: names[i] as string,
      to,
      label: i === names.length - 2 ? label : "",
      dashed: parts[2 * i + 1] === "-->",
    }));
  });
}

/** @throws ArgumentError for a name that is not a node */
export function checkName(where: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  const fix = nearest === undefined ? undefined : `Did you mean ${JSON.stringify(nearest)}?`;
  throw new ArgumentError(where, "the name of a node", name, `one of ${known.join(", ")}`, fix);
}
