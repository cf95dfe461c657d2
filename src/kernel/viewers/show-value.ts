import { inspect } from "node:util";
import type { MimeBundle } from "../../display/mime-bundle";
import { viewArqueroTable } from "./arquero-table";
import { viewDisplayable } from "./displayable";
import { viewLayersModel } from "./layers-model";
import { viewTensor } from "./tensor";
import { viewTypedArray } from "./typed-array";
import type { Viewer } from "./viewer";

/** The first that knows the value shows it. */
const viewers: readonly Viewer[] = [viewDisplayable, viewArqueroTable, viewTensor, viewLayersModel, viewTypedArray];

/**
 * What the front end shows of a value. A promise is shown as a promise: cells say `await` themselves, so that the type
 * that the compiler knows and the value that the cell shows stay the same.
 *
 * A value that fails to show itself does not fail the cell: `report` gets the error, and the value is printed.
 */
export async function showValue(value: unknown, report: (error: unknown) => void): Promise<MimeBundle> {
  try {
    for (const view of viewers) {
      const bundle = await view(value);
      if (bundle !== undefined) return encodeBytes(bundle);
    }
  } catch (error) {
    report(error);
  }
  return { data: { "text/plain": safeInspect(value) } };
}

function safeInspect(value: unknown): string {
  try {
    return inspect(value);
  } catch (error) {
    return `[a value that cannot be printed: ${error instanceof Error ? error.message : "its inspection throws"}]`;
  }
}

/** Messages are JSON: bytes, of pictures for example, travel as base64. */
export function encodeBytes({ data, metadata = {} }: MimeBundle): MimeBundle {
  const encoded = Object.entries(data).map(([type, datum]) => [
    type,
    datum instanceof Uint8Array ? Buffer.from(datum).toString("base64") : datum,
  ]);
  return { data: Object.fromEntries(encoded), metadata };
}
