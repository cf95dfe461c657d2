import type { Runtime } from "node:inspector";

/** The longest text of a value. */
const longest = 200;

/** A short text for a value, without running code of the notebook: `3`, `"text"`, `{a: 1}`, `(3) [1, 2, 3]`. */
export function describeValue(value: Runtime.RemoteObject): string {
  const { type, subtype, description = "", preview } = value;
  if (type === "string") return shorten(JSON.stringify(value.value));
  if (type === "undefined" || subtype === "null") return subtype ?? type;
  if (type === "function") return shorten(description.split("\n", 1)[0] ?? "");
  if (subtype === "error") return description.split("\n", 1)[0] ?? "";
  if (type === "object" && preview !== undefined) return shorten(describePreview(preview));
  return description || String(value.value);
}

function describePreview({ description = "", subtype, properties, entries, overflow }: Runtime.ObjectPreview): string {
  if (subtype === "date" || subtype === "regexp") return description;
  const isList = subtype === "array" || subtype === "typedarray";
  const items =
    entries?.map(({ key, value }) =>
      key ? `${describeEntry(key)} => ${describeEntry(value)}` : describeEntry(value),
    ) ??
    properties.map((property) => {
      const text = describeProperty(property);
      return isList && /^\d+$/.test(property.name) ? text : `${property.name}: ${text}`;
    });
  if (overflow) items.push("…");
  if (isList) return `${description} [${items.join(", ")}]`;
  return `${description === "Object" ? "" : `${description} `}{${items.join(", ")}}`;
}

function describeProperty({ type, subtype, value = "", valuePreview }: Runtime.PropertyPreview): string {
  if (type === "string") return JSON.stringify(value);
  if (type === "function") return "ƒ";
  if (type === "accessor") return "(getter)";
  return valuePreview === undefined || subtype === "null" ? value : (valuePreview.description ?? value);
}

function describeEntry(entry: Runtime.ObjectPreview): string {
  return entry.type === "string" ? JSON.stringify(entry.description) : (entry.description ?? "");
}

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
