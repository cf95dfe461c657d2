import type { Content } from "../../jupyter/wire-message";
import { currentCell } from "../cell/cell";

/**
 * tslab's `display` sends one MIME type at a time, without metadata, to whichever cell ran last. The layer sends whole
 * bundles. tslab's own API uses the layer's sender too, through the property in which tslab stores its sender.
 */
export function sendBundles(jupyter: { lastWriteDisplayData: unknown }): void {
  jupyter.lastWriteDisplayData = sendDisplay;
}

/** Shows or updates a display of the cell that started the running work. */
export function sendDisplay(content: Content, update: boolean | undefined): void {
  currentCell()?.output.send(update ? "update_display_data" : "display_data", content);
}
