import type { WidgetState } from "./widget-state";

/** The classes of a widget of the package that every widgets manager has. */
export const controlClasses = (name: string): WidgetState => ({
  _model_module: "@jupyter-widgets/controls",
  _model_module_version: "2.0.0",
  _model_name: `${name}Model`,
  _view_module: "@jupyter-widgets/controls",
  _view_module_version: "2.0.0",
  _view_name: `${name}View`,
});

/** The classes of a widget whose front end is a module of its own. */
export const anywidgetClasses: WidgetState = {
  _model_module: "anywidget",
  _model_module_version: "~0.11.*",
  _model_name: "AnyModel",
  _view_module: "anywidget",
  _view_module_version: "~0.11.*",
  _view_name: "AnyView",
};
