import { displaySymbol, type MimeBundle } from "../../display/mime-bundle";
import { safeInspect } from "./safe-inspect";
import type { Viewer } from "./viewer";

/**
 * Shows a value that has a display method. The method returns a bundle, or a plain record of MIME types (like values
 * for Deno's kernel), or a promise of either.
 */
export const viewDisplayable: Viewer = (value) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const display = (value as { [displaySymbol]?: unknown })[displaySymbol];
  if (typeof display !== "function") return undefined;
  const shown: unknown = display.call(value);
  return shown instanceof Promise ? shown.then(checkBundle) : checkBundle(shown);
};

function checkBundle(shown: unknown): MimeBundle {
  const bundle = asBundle(shown);
  if (bundle === undefined) {
    throw new Error(
      `[Symbol.for("Jupyter.display")]() must return MIME types and their data, but returned ${safeInspect(shown)}`,
    );
  }
  return bundle;
}

function asBundle(shown: unknown): MimeBundle | undefined {
  if (typeof shown !== "object" || shown === null) return undefined;
  const { data, metadata } = shown as Partial<MimeBundle>;
  if (typeof data === "object" && data !== null) return { data: { ...data }, metadata: { ...metadata } };
  const isRecord = Object.keys(shown).length > 0 && Object.keys(shown).every((type) => type.includes("/"));
  return isRecord ? { data: { ...shown }, metadata: {} } : undefined;
}
