import { inspect } from "node:util";
import { comms } from "../display/comms";
import { type Displayable, displaySymbol, type MimeBundle } from "../display/mime-bundle";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { callback as callbackRule, oneOf } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { labelState } from "./parts/label-state";
import { livePicture } from "./parts/live-picture";
import { makeWidget, widgetBundle } from "./parts/make-widget";
import { callUser, newestOnly } from "./parts/newest-only";
import { resultArea } from "./parts/result-area";
import { WidgetModel } from "./parts/widget-model";
import { type Control, isControl, modelSymbol, type Widget } from "./widget";

// biome-ignore lint/suspicious/noExplicitAny: a control of any type
type Controls = Readonly<Record<string, Control<any>>>;

/** The values of controls, by name. */
export type ValuesOf<C extends Controls> = { readonly [Name in keyof C]: C[Name] extends Control<infer T> ? T : never };

/** Options of `interact()`. */
export interface InteractOptions {
  /** Where the result appears: "below" the controls, or to their "right"; defaults to "below". */
  result?: "below" | "right";
}

/** Controls together with what they show. */
export interface Interaction<C extends Controls> extends Widget {
  /** The present values of the controls. */
  readonly values: ValuesOf<C>;
}

const schema = optionsSchema<InteractOptions>({ result: oneOf("below", "right").optional() });

/** Seconds after which a result that does not come is worth a remark. */
const patience = 3;

/**
 * Controls whose values a function turns into a figure, a table, or any other value. When the reader moves a control, the
 * result is replaced.
 *
 *     interact({ z1: slider(-3, 3), z2: slider(-3, 3) }, ({ z1, z2 }) =>
 *       imageGrid(tf.tidy(() => model.decode(tf.tensor2d([[z1, z2]])).mean().dataSync())))
 *
 * The function may be asynchronous. It runs for one set of values at a time, and of those that come meanwhile only for the
 * newest. An error appears in place of the next result. The first result stays in the notebook as a still picture with its
 * alt text, for GitHub, nbconvert and a terminal, where nothing moves.
 *
 * @param controls controls by name, such as `slider()` or `options()`
 * @param callback receives the values by name
 * @throws ArgumentError for anything but controls, a callback that is not a function, and unknown options
 */
export function interact<C extends Controls>(
  controls: C,
  callback: (values: ValuesOf<C>) => unknown,
  options: InteractOptions = {},
): Interaction<C> {
  checkControls(controls);
  checkValue(where, "callback", callback, callbackRule);
  checkOptions(where, schema, options);
  const area = resultArea();
  const models = Object.entries(controls).map(([name, control]) => labeled(control[modelSymbol], name));
  const values = () =>
    Object.fromEntries(Object.entries(controls).map(([name, { value }]) => [name, value])) as ValuesOf<C>;

  /** Shows the result for the present values, unless the signal has been aborted: then a newer one may be there. */
  async function show(signal?: AbortSignal): Promise<unknown> {
    const given = values();
    const wait = setTimeout(() => signal?.aborted || area.remark(remarkOn(given)), patience * 1000);
    try {
      const result = await callUser(() => callback(given));
      const shown = (await livePicture(result)) ?? (await bundleOf(result));
      if (!signal?.aborted) area.show(shown);
      return result;
    } finally {
      clearTimeout(wait);
    }
  }
  const describe = (error: unknown) => comms()?.describe(error) ?? String(error);
  const update = newestOnly<void>(
    (_, signal) => show(signal),
    (error) => area.fail(describe(error)),
  );

  /** The first result. Its error also fails the cell, so that a notebook that is run without a reader does not hide it. */
  async function still(): Promise<MimeBundle> {
    try {
      return stillOf(await bundleOf(await show()));
    } catch (error) {
      const kernel = comms();
      if (kernel === undefined) throw error;
      area.fail(describe(error));
      kernel.fail(error);
      return { data: { "text/plain": describe(error) } };
    }
  }

  const model = arranged(models, area.model, options.result ?? "below");
  const widget = makeWidget(model, () => `interact(${inspect(controls)})`);
  whileOpen(model, () => models.map((control) => control.on("change", (_, signal) => update(undefined, signal))));
  const shown: Displayable = { [displaySymbol]: async () => widgetBundle(model, await still()) };
  return Object.defineProperty({ ...widget, ...shown }, "values", { get: values }) as unknown as Interaction<C>;
}

const where = "interact()";

function checkControls(controls: unknown): void {
  const accepted = "an object with controls by name, such as { z: slider(-3, 3) }";
  if (typeof controls !== "object" || controls === null || Object.keys(controls).length === 0) {
    throw new ArgumentError(where, "controls", controls, accepted);
  }
  for (const [name, control] of Object.entries(controls)) {
    if (!isControl(control)) {
      throw new ArgumentError(where, `controls.${name}`, control, "a control, such as slider(-3, 3) or options(0, 9)");
    }
  }
}

/** Listens while a model is open: controls that outlive their cell must not run the function of an earlier execution. */
function whileOpen(model: WidgetModel, listen: () => (() => void)[]): void {
  let ends: (() => void)[] = [];
  model.on("open", () => {
    ends = listen();
  });
  model.on("close", () => {
    for (const end of ends) end();
  });
}

/** Controls without a label of their own are called as their value is. */
function labeled(model: WidgetModel, name: string): WidgetModel {
  if (model.get("description") === "") model.set(labelState(name));
  return model;
}

function arranged(controls: readonly WidgetModel[], result: WidgetModel, side: "below" | "right"): WidgetModel {
  const column = (children: readonly WidgetModel[]) => new WidgetModel({ ...controlClasses("VBox"), children });
  if (side === "below") return column([...controls, result]);
  return new WidgetModel({ ...controlClasses("HBox"), children: [column(controls), result] });
}

const remarkOn = (values: object): string =>
  `Still computing the result for ${inspect(values)}. New values wait for it; interrupt the kernel to stop it.`;

async function bundleOf(result: unknown): Promise<MimeBundle> {
  if (result === undefined) return { data: { "text/plain": "" } };
  if (typeof result === "string") return { data: { "text/plain": result } };
  const kernel = comms();
  if (kernel !== undefined) return kernel.show(result);
  const display = (result as Partial<Displayable> | null)?.[displaySymbol];
  return (await display?.call(result)) ?? { data: { "text/plain": inspect(result) } };
}

/** What of a result stays in the notebook: its picture or its HTML, and its text. Live charts are the widget's work. */
function stillOf({ data, metadata = {} }: MimeBundle): MimeBundle {
  const type = ["image/png", "image/svg+xml", "image/jpeg", "text/html"].find((name) => data[name] !== undefined);
  const kept = [...(type === undefined ? [] : [type]), "text/plain"];
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(kept.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));
  return { data: pick(data), metadata: pick(metadata) };
}
