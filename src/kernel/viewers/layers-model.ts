import type { MimeBundle } from "../../display/mime-bundle";
import { hasMethods, type Viewer } from "./viewer";

/** A `tf.LayersModel`: its summary table. */
export const viewLayersModel: Viewer = (value): MimeBundle | undefined => {
  if (!hasMethods(value, "summary", "countParams", "predict") || !Array.isArray(value.layers)) return undefined;
  if (value.built === (false as unknown)) return undefined;
  const lines: unknown[] = [];
  value.summary!(undefined, undefined, (line: unknown) => lines.push(line));
  return { data: { "text/plain": lines.join("\n") } };
};
