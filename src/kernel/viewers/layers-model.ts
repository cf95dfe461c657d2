import type { MimeBundle } from "../../display/mime-bundle";
import { hasMethods, type Viewer } from "./viewer";

/** A `tf.LayersModel`: its summary table. */
export const viewLayersModel: Viewer = (value): MimeBundle | undefined => {
  if (!hasMethods(value, "summary", "countParams", "predict") || !Array.isArray(value.layers)) return undefined;
  const lines: unknown[] = [];
  try {
    value.summary!(undefined, undefined, (line: unknown) => lines.push(line));
  } catch {
    // The weights of a sequential model without input shape do not exist before its first call.
    lines.push(`${String(value.name)}: ${value.layers.length} layers, not built yet`);
  }
  return { data: { "text/plain": lines.join("\n") } };
};
