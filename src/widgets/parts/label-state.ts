import { controlClasses } from "./classes";
import { WidgetModel } from "./widget-model";
import type { WidgetState } from "./widget-state";

/** How many letters the page shows of a label, unless the label may take the room that it needs. */
const shortLabel = 10;

/** The state of a control for its label. Short labels are as wide as each other, so that controls stand in a column. */
export function labelState(label: string): WidgetState {
  if (label.length <= shortLabel) return { description: label };
  const style = new WidgetModel({
    ...controlClasses("DescriptionStyle"),
    _view_module: "@jupyter-widgets/base",
    _view_name: "StyleView",
    description_width: "initial",
  });
  return { description: label, style };
}
