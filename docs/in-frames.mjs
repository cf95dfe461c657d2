import fs from "node:fs";
import path from "node:path";
import { Renderer } from "typedoc";

/**
 * A typedoc plugin: makes the pages work in a sandboxed frame, where JupyterLab's help menu opens them. Such a frame has
 * no storage and cannot use icons from another file.
 */
export function load(app) {
  app.renderer.on(Renderer.EVENT_END_PAGE, (page) => {
    page.contents = replace(page.contents, /localStorage\.getItem\("tsd-theme"\)/, (call) => {
      return `(() => { try { return ${call}; } catch {} })()`;
    });
  });
  app.renderer.on(Renderer.EVENT_END, ({ outputDirectory }) => {
    const file = path.join(outputDirectory, "assets/icons.js");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(
      file,
      replace(text, /location\.protocol === "file:"/, (condition) => `${condition} || origin === "null"`),
    );
  });
  /** Replaces text, and warns if a newer typedoc writes it differently. */
  function replace(text, pattern, change) {
    if (!pattern.test(text)) app.logger.warn(`docs/in-frames.mjs: there is no ${pattern} in what typedoc writes`);
    return text.replace(pattern, change);
  }
}
