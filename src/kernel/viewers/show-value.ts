import type { MimeBundle } from "../../display/mime-bundle";
import { viewArqueroTable } from "./arquero-table";
import { viewDisplayable } from "./displayable";
import { viewLayersModel } from "./layers-model";
import { safeInspect } from "./safe-inspect";
import { viewTensor } from "./tensor";
import { viewTypedArray } from "./typed-array";
import type { Viewer } from "./viewer";

/** The first that knows the value shows it. */
const viewers: readonly Viewer[] = [viewDisplayable, viewArqueroTable, viewTensor, viewLayersModel, viewTypedArray];

/**
 * What the front end shows of a value. A promise is shown as a promise: cells say `await` themselves, so that the type
 * that the compiler knows and the value that the cell shows stay the same.
 *
 * A value that fails to show itself does not fail the cell: `report` gets the error, and the value is printed. The same
 * holds for a MIME type whose data cannot be sent.
 */
export async function showValue(value: unknown, report: (error: unknown) => void): Promise<MimeBundle> {
  for (const view of viewers) {
    try {
      const bundle = await view(value);
      if (bundle !== undefined) return sendable(encodeBytes(bundle), value, report);
    } catch (error) {
      report(error);
      break;
    }
  }
  return { data: { "text/plain": safeInspect(value) } };
}

/** Messages are JSON: bytes, of pictures for example, travel as base64. */
export function encodeBytes({ data, metadata = {} }: MimeBundle): MimeBundle {
  const encoded = Object.entries(data).map(([type, datum]) => [
    type,
    datum instanceof Uint8Array ? Buffer.from(datum).toString("base64") : datum,
  ]);
  return { data: Object.fromEntries(encoded), metadata };
}

/** Leaves out what JSON cannot hold: cycles, BigInts, functions. A text is always there. */
function sendable({ data, metadata }: MimeBundle, value: unknown, report: (error: unknown) => void): MimeBundle {
  const kept: MimeBundle["data"] = {};
  for (const [type, datum] of Object.entries(data)) {
    const problem = jsonProblem(datum);
    if (problem === undefined) kept[type] = datum;
    else report(new Error(`its ${type} is not JSON: ${problem}`));
  }
  kept["text/plain"] ??= safeInspect(value, 1);
  return { data: kept, metadata: jsonProblem(metadata) === undefined ? metadata : {} };
}

/** Why a value is not JSON; undefined when it is. */
function jsonProblem(datum: unknown): string | undefined {
  if (typeof datum === "string") return undefined;
  try {
    return JSON.stringify(datum) === undefined ? `a value of type ${typeof datum}` : undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
}
