import { box } from "./parts/box";
import type { Widget } from "./widget";

/**
 * Widgets side by side.
 *
 *     hbox([slider(-3, 3), button("Draw again")])
 *
 * @throws ArgumentError for anything but a list of widgets
 */
export const hbox = (children: readonly Widget[]): Widget => box("hbox()", "HBox", children);
