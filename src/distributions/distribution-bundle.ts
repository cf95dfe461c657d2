import type { MimeBundle } from "../display/mime-bundle";
import { type Cell, factsBundle } from "../display/table";
import { tf } from "../runtime/tensorflow";
import type { Distribution } from "./distribution";

/** The display of a distribution: its family, shapes and parameters, with their values if there are few. */
export function distributionBundle(d: Distribution & { readonly parameters?: object }): MimeBundle {
  const parameters = Object.entries(d.parameters ?? {}).map(([name, value]) => [name, show(value)] as const);
  return factsBundle(`Distribution: ${d.family}`, {
    batch: d.batch,
    "event shape": `[${d.eventShape.join(", ")}]`,
    ...Object.fromEntries(parameters),
  });
}

/** The largest tensor to show with its values; for a larger one, only the shape is shown. */
const most = 8;

function show(value: unknown): Cell {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.map(show).join("; ");
  if (value instanceof tf.Tensor) {
    const shape = `[${value.shape.join(", ")}]`;
    if (value.isDisposed) return `disposed tensor ${shape}`;
    if (value.size > most) return `tensor ${shape}`;
    const numbers = Array.from(value.dataSync(), (x) => Number(x.toPrecision(5)));
    return value.rank === 0 ? numbers[0] : `${numbers.join(", ")} ${shape}`;
  }
  if (isNamed(value)) {
    return "family" in value ? `${value.family}, batch ${value.batch}, event [${value.eventShape}]` : value.name;
  }
  return String(value);
}

/** A distribution (components, a base) or a bijector. */
const isNamed = (value: unknown): value is Distribution | { readonly name: string } =>
  typeof value === "object" && value !== null && ("family" in value || "name" in value);
