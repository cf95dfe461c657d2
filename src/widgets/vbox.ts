import { box } from "./parts/box";
import type { Widget } from "./widget";

/**
 * Widgets one below the other.
 *
 *     vbox([slider(-3, 3), hbox([toggle(), button("Draw again")])])
 *
 * @throws ArgumentError for anything but a list of widgets
 */
export const vbox = (children: readonly Widget[]): Widget => box("vbox()", "VBox", children);
