import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, oneOf, positive, text } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { makeValueWidget, type ValueWidget } from "./parts/make-value-widget";
import { WidgetModel } from "./parts/widget-model";

/** Options of `imageWidget()`. */
export interface ImageWidgetOptions {
  /** A description of the picture in words, for those who cannot see it. */
  alt: string;
  /** The format of the bytes; defaults to "png". */
  format?: "png" | "jpeg" | "gif" | "webp" | "svg+xml";
  /** The width in the page, in pixels; by default, that of the picture. */
  width?: number;
  /** The height in the page, in pixels; by default, that of the picture. */
  height?: number;
}

const schema = optionsSchema<ImageWidgetOptions>({
  alt: text,
  format: oneOf("png", "jpeg", "gif", "webp", "svg+xml").optional(),
  width: positive.optional(),
  height: positive.optional(),
});

const bytes = accepts<Uint8Array>((value) => value instanceof Uint8Array, "the bytes of a picture (a Uint8Array)");

/**
 * A picture that can change without flicker.
 *
 *     const picture = imageWidget(await figure.png(), { alt: figure.alt });
 *     picture.value = await another.png();
 *
 * @param value the bytes of the first picture
 * @throws ArgumentError for anything but bytes, a missing alt text, and options out of range
 */
export function imageWidget(value: Uint8Array, options: ImageWidgetOptions): ValueWidget<Uint8Array> {
  const check = (next: Uint8Array) => checkValue("imageWidget()", "value", next, bytes);
  check(value);
  checkOptions("imageWidget()", schema, options);
  const model = new WidgetModel({ ...controlClasses("Image"), value, ...pictureState(options) });
  return makeValueWidget(model, check, () => options.alt);
}

/** The state of a picture beside its bytes. */
export const pictureState = ({ alt, format = "png", width, height }: ImageWidgetOptions): Record<string, unknown> => ({
  format,
  width: width === undefined ? "" : String(width),
  height: height === undefined ? "" : String(height),
  // The page has no attribute for alt text. A tooltip is read aloud in its place; it is shown only beside a description.
  tooltip: alt,
  description: "",
});
