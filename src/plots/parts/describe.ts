import { extent } from "./extent";

/** A number for a sentence: four significant digits. */
export function say(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

/** "from −1.2 to 3.4" */
export function sayRange(values: ArrayLike<number>): string {
  const [low, high] = extent(values);
  return `from ${say(low)} to ${say(high)}`;
}

/** The trend of a curve in words: its ends, and its lowest or highest value if that is in between. */
export function sayTrend(values: ArrayLike<number>): string {
  const first = values[0]!;
  const last = values[values.length - 1]!;
  if (values.length === 1) return `is ${say(first)}`;
  const [low, high] = extent(values);
  const slack = 0.02 * (high - low);
  const through = [
    ...(low < Math.min(first, last) - slack ? [`a lowest value of ${say(low)}`] : []),
    ...(high > Math.max(first, last) + slack ? [`a highest value of ${say(high)}`] : []),
  ].join(" and ");
  const verb = high === low ? "stays at" : last < first ? "falls" : last > first ? "rises" : "returns";
  if (verb === "stays at") return `stays at ${say(first)}`;
  return `${verb} from ${say(first)} to ${say(last)}${through ? ` with ${through}` : ""}`;
}

/** "a, b and c" */
export function sayList(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** The title and the description as one alt text. */
export function sayFigure(title: string | undefined, sentence: string): string {
  return title ? `${title}: ${sentence}` : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
