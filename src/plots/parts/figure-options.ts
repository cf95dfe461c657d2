/** Options that every figure function accepts. */
export interface FigureOptions {
  /** Title above the figure; defaults to none, unless the function states another default. */
  title?: string | undefined;
  /** A smaller second line under the title; defaults to none. */
  subtitle?: string | undefined;
  /** The alt text; defaults to a sentence derived from the data. */
  alt?: string | undefined;
}

/** The size of a chart's plotting area, without axes, legends and title. */
export interface SizeOptions {
  /** Width in pixels; each function states its default. */
  width?: number | undefined;
  /** Height in pixels; each function states its default. */
  height?: number | undefined;
}
