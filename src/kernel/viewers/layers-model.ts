import type { MimeBundle } from "../../display/mime-bundle";
import { hasMethods, type Viewer } from "./viewer";

/** Shows the summary table of a `tf.LayersModel`. */
export const viewLayersModel: Viewer = (value): MimeBundle | undefined => {
  if (!hasMethods(value, "summary", "countParams", "predict") || !Array.isArray(value.layers)) return undefined;
  const lines: unknown[] = [];
  try {
    value.summary!(undefined, undefined, (line: unknown) => lines.push(line));
  } catch {
    // A sequential model without an input shape has no weights before its first call.
    lines.push(`${String(value.name)}: ${value.layers.length} layers, not built yet`);
  }
  return { data: { "text/plain": lines.join("\n") } };
};
