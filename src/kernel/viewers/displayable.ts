import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../../display/mime-bundle";
import type { Viewer } from "./viewer";

/**
 * A value that shows itself. Its method returns a bundle, or a plain record of MIME types as values made for Deno's
 * kernel do, or a promise of either. A `text/plain` is added where there is none.
 */
export const viewDisplayable: Viewer = async (value) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const display = (value as { [displaySymbol]?: unknown })[displaySymbol];
  if (typeof display !== "function") return undefined;
  const shown: unknown = await display.call(value);
  const bundle = asBundle(shown);
  if (bundle === undefined) {
    throw new Error(
      `[Symbol.for("Jupyter.display")]() must return MIME types and their data, but returned ${inspect(shown)}`,
    );
  }
  if (bundle.data["text/plain"] === undefined) {
    bundle.data["text/plain"] = inspect(value, { depth: 1 });
  }
  return bundle;
};

function asBundle(shown: unknown): MimeBundle | undefined {
  if (typeof shown !== "object" || shown === null) return undefined;
  const { data, metadata } = shown as Partial<MimeBundle>;
  if (typeof data === "object" && data !== null) return { data: { ...data }, metadata: { ...metadata } };
  const isRecord = Object.keys(shown).length > 0 && Object.keys(shown).every((type) => type.includes("/"));
  return isRecord ? { data: { ...shown }, metadata: {} } : undefined;
}
