import type { MimeBundle } from "../../display/mime-bundle";
import { escapeHtml } from "../../display/table";
import { pictureState } from "../image-widget";
import { controlClasses } from "./classes";
import { WidgetModel } from "./widget-model";

/** The place where `interact()` shows results, one after the other, without flicker. */
export interface ResultArea {
  readonly model: WidgetModel;
  /** Replaces what is shown. */
  show(result: MimeBundle): void;
  /** Shows an error below the last result. */
  fail(error: string): void;
  /** Shows a remark below the last result. */
  remark(text: string): void;
}

/** A result area that is empty. */
export function resultArea(): ResultArea {
  const picture = new WidgetModel({
    ...controlClasses("Image"),
    value: new Uint8Array(),
    ...pictureState({ alt: "" }),
  });
  const text = new WidgetModel({ ...controlClasses("HTML"), value: "" });
  const note = new WidgetModel({ ...controlClasses("HTML"), value: "" });
  const model = new WidgetModel({ ...controlClasses("VBox"), children: [] });

  /** A widget that stays in its place keeps its element in the page, so that only its content changes. */
  function arrange(...children: WidgetModel[]): void {
    const present = model.get("children") as WidgetModel[];
    if (children.length === present.length && children.every((child, i) => child === present[i])) return;
    model.set({ children });
  }
  const result = () => (model.get("children") as WidgetModel[]).filter((child) => child !== note);

  return {
    model,
    show(bundle) {
      const shown = pictureOf(bundle);
      if (shown !== undefined) picture.set(shown);
      else text.set({ value: htmlOf(bundle) });
      arrange(shown === undefined ? text : picture);
    },
    fail(error) {
      note.set({ value: `<pre style="color:#bd1f01;line-height:1.3">${escapeHtml(error)}</pre>` });
      arrange(...result(), note);
    },
    remark(remark) {
      note.set({ value: `<i>${escapeHtml(remark)}</i>` });
      arrange(...result(), note);
    },
  };
}

/** The state of the picture of a bundle; undefined if it has none. */
function pictureOf({ data, metadata = {} }: MimeBundle): Record<string, unknown> | undefined {
  const format = (["png", "jpeg", "svg+xml"] as const).find((name) => typeof data[`image/${name}`] === "string");
  if (format === undefined) return undefined;
  const type = `image/${format}`;
  const { alt, width, height } = (metadata[type] ?? {}) as { alt?: string; width?: number; height?: number };
  const encoded = data[type] as string;
  const value = format === "svg+xml" ? Buffer.from(encoded) : Buffer.from(encoded, "base64");
  return { value, ...pictureState({ alt: alt ?? String(data["text/plain"] ?? ""), format, width, height }) };
}

function htmlOf({ data }: MimeBundle): string {
  if (typeof data["text/html"] === "string") return data["text/html"];
  return `<pre style="line-height:1.3">${escapeHtml(String(data["text/plain"] ?? ""))}</pre>`;
}
