import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../../display/mime-bundle";
import { modelSymbol, type Widget } from "../widget";
import type { WidgetModel } from "./widget-model";

/** The MIME type of a widget in a cell's output. */
const viewType = "application/vnd.jupyter.widget-view+json";

/**
 * A widget for a model.
 *
 * @param describe the widget as a line of text, for a terminal and for readers without the page's JavaScript
 */
export function makeWidget(model: WidgetModel, describe: () => string): Widget {
  const widget: Widget & { [inspect.custom](): string } = {
    [modelSymbol]: model,
    close: () => model.close(),
    [displaySymbol]: () => widgetBundle(model, { data: { "text/plain": describe() } }),
    [inspect.custom]: describe,
  };
  return widget;
}

/** The output for a widget: its view, and what stands for it where there is no view. */
export function widgetBundle(model: WidgetModel, still: MimeBundle): MimeBundle {
  const id = model.open();
  if (id === undefined) return still;
  return { ...still, data: { [viewType]: { version_major: 2, version_minor: 0, model_id: id }, ...still.data } };
}
