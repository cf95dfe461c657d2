import type { Spec } from "./figure";
import { measureText } from "./measure-text";

/** Receives every warning and error of Vega and Vega-Lite about a specification. */
export type OnWarning = (message: string) => void;

const warnProcess: OnWarning = (message) => process.emitWarning(message, "FigureWarning");

/**
 * Renders a Vega-Lite specification as SVG text, without a browser.
 * @param onWarning receives warnings about the specification; defaults to a process warning, so none is lost
 */
export async function renderSvg(spec: Spec, onWarning: OnWarning = warnProcess): Promise<string> {
  // Both packages are ES modules with top-level await, which `require` cannot load.
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  // Without a canvas, Vega assumes that every letter is 0.8 em wide, which leaves gaps in legends and between labels.
  (vega as unknown as { textMetrics: { width: typeof measureText } }).textMetrics.width = measureText;
  const logger = collectingLogger(onWarning);
  const compiled = vegaLite.compile(spec as never, { logger });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logger });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The logger that both packages expect. It passes on warnings and errors, and drops everything else. */
function collectingLogger(onWarning: OnWarning) {
  const report = (...messages: readonly unknown[]) => {
    onWarning(messages.map(String).join(" "));
    return logger;
  };
  const logger = {
    level: () => logger as never,
    error: report,
    warn: report,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
