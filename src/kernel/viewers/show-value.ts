import type { MimeBundle } from "../../display/mime-bundle";
import { viewArqueroTable } from "./arquero-table";
import { viewDisplayable } from "./displayable";
import { viewLayersModel } from "./layers-model";
import { viewRecords } from "./records";
import { safeInspect } from "./safe-inspect";
import { shortenText } from "./shorten-text";
import { viewTensor } from "./tensor";
import { viewTypedArray } from "./typed-array";
import type { Viewer } from "./viewer";

/** The first viewer that recognizes the value shows it. */
const viewers: readonly Viewer[] = [
  viewDisplayable,
  viewArqueroTable,
  viewTensor,
  viewLayersModel,
  viewTypedArray,
  viewRecords,
];

/** Code in a cell may replace this function. */
const { stringify } = JSON;

/** The number of characters of a value's text that are shown. */
const longestText = 20_000;

/**
 * The output for a value; a promise of it only if the value's own display method returns one. A promise is shown as a
 * promise: cells use `await` themselves, so the compiler's type always matches the displayed value.
 *
 * If the display of a value fails, the cell does not fail: `report` receives the error, and the value is printed. The
 * same applies to a MIME type with data that cannot be sent.
 */
export function showValue(value: unknown, report: (error: unknown) => void): MimeBundle | Promise<MimeBundle> {
  const finish = (bundle: MimeBundle) => sendable(encodeBytes(bundle), value, report);
  const fail = (error: unknown) => {
    report(error);
    return printed(value);
  };
  try {
    for (const view of viewers) {
      const bundle = view(value);
      if (bundle instanceof Promise) return bundle.then((shown) => finish(shown ?? printed(value))).catch(fail);
      if (bundle !== undefined) return finish(bundle);
    }
    return printed(value);
  } catch (error) {
    return fail(error);
  }
}

function printed(value: unknown): MimeBundle {
  return { data: { "text/plain": shortenText(safeInspect(value), longestText) } };
}

/** Encodes bytes, such as pictures, as base64, because messages are JSON. */
export function encodeBytes({ data, metadata = {} }: MimeBundle): MimeBundle {
  const encoded = Object.entries(data).map(([type, datum]) => [
    type,
    datum instanceof Uint8Array ? Buffer.from(datum).toString("base64") : datum,
  ]);
  return { data: Object.fromEntries(encoded), metadata };
}

/** Omits data that JSON cannot represent: cycles, BigInts, functions. A bundle that is not empty always includes text. */
function sendable({ data, metadata }: MimeBundle, value: unknown, report: (error: unknown) => void): MimeBundle {
  if (Object.keys(data).length === 0) return { data };
  const kept: MimeBundle["data"] = {};
  for (const [type, datum] of Object.entries(data)) {
    const problem = jsonProblem(datum);
    if (problem === undefined) kept[type] = datum;
    else report(new Error(`its ${type} is not JSON: ${problem}`));
  }
  kept["text/plain"] ??= safeInspect(value, 1);
  return { data: kept, metadata: jsonProblem(metadata) === undefined ? metadata : {} };
}

/** The reason why a value is not JSON, or undefined if it is. */
function jsonProblem(datum: unknown): string | undefined {
  if (typeof datum === "string") return undefined;
  try {
    return stringify(datum) === undefined ? `a value of type ${typeof datum}` : undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
}
