import type { MimeBundle } from "../../display/mime-bundle";
import { currentCell } from "../cell/cell";
import { describeError } from "../errors/describe-error";
import { showValue } from "../viewers/show-value";
import { sendDisplay } from "./send-display";

/** Shows a value in the running cell, or replaces a value shown under this id. The cell waits for a value that takes its time. */
export function showDisplay(value: unknown, id: string, update: boolean): void {
  const cell = currentCell();
  const send = ({ data, metadata = {} }: MimeBundle) =>
    sendDisplay({ data, metadata, transient: { display_id: id } }, update);
  const bundle = showValue(value, (error) => {
    const { traceback } = describeError(error);
    cell?.output.write("stderr", `The value could not show itself.\n${traceback.join("\n")}\n`);
  });
  if (bundle instanceof Promise) cell?.pending.push(bundle.then(send));
  else send(bundle);
}
