import { mkdir, writeFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../../display/mime-bundle";
import { ArgumentError } from "../../runtime/argument-error";
import type { Figure, Spec } from "./figure";
import { renderPng } from "./render-png";
import { renderSvg } from "./render-svg";

interface Parts {
  title: string | undefined;
  alt: string;
  spec: Spec;
  still: Spec;
  mimeType: string;
  /** Draws the static picture as SVG text; defaults to rendering `still` with Vega. */
  draw?: () => Promise<string>;
  /** What the bundle contains under `mimeType`; defaults to `spec`. */
  content?: () => Promise<unknown>;
  /** Image pixels per CSS pixel in the notebook; defaults to 2. */
  bundleScale?: number;
}

/** Creates a figure from a specification and its alt text. Pictures are drawn on first use, and only once. */
export function makeFigure({ title, alt, spec, still, mimeType, bundleScale = 2, ...parts }: Parts): Figure {
  const { draw = () => renderSvg(still), content = async () => spec } = parts;
  let drawn: Promise<string> | undefined;
  const svg = () => {
    drawn ??= draw();
    return drawn;
  };
  const raster = async (scale: number) => renderPng(await svg(), scale, holdsPicture(still));

  async function bundle(): Promise<MimeBundle> {
    const { png, width, height } = await raster(bundleScale);
    return {
      data: {
        [mimeType]: await content(),
        "image/png": Buffer.from(png).toString("base64"),
        "text/plain": alt,
      },
      metadata: {
        // nbconvert and Jupyter look for these under the MIME type; width and height are in CSS pixels.
        ...(mimeType.startsWith("image/") ? { [mimeType]: { alt } } : {}),
        "image/png": { alt, width: Math.round(width / bundleScale), height: Math.round(height / bundleScale) },
      },
    };
  }

  async function save(path: string): Promise<void> {
    const ending = extname(path).toLowerCase();
    const write = writers[ending as keyof typeof writers];
    if (!write) throw new ArgumentError("Figure.save()", "path", path, `a file name ending in ${endings}`);
    const content = await write(figure);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }

  const figure: Figure & { [inspect.custom](): string } = {
    title,
    alt,
    spec,
    still,
    mimeType,
    svg,
    png: async (scale = 2) => (await raster(scale)).png,
    save,
    [displaySymbol]: bundle,
    // A terminal shows the alt text instead of a page of JSON.
    [inspect.custom]: () => `Figure(${alt})`,
  };
  return figure;
}

/** Whether a specification contains a picture (a mark of type "image"), possibly in one of its layers. */
function holdsPicture(spec: unknown): boolean {
  if (Array.isArray(spec)) return spec.some(holdsPicture);
  if (typeof spec !== "object" || spec === null) return false;
  return Object.entries(spec).some(([key, value]) =>
    key === "mark"
      ? (value as { type?: unknown }).type === "image"
      : ["layer", "concat"].includes(key) && holdsPicture(value),
  );
}

const writers = {
  ".png": (figure: Figure) => figure.png(),
  ".svg": (figure: Figure) => figure.svg(),
  ".json": async (figure: Figure) => `${JSON.stringify(figure.spec)}\n`,
};

const endings = Object.keys(writers).join(", ");
