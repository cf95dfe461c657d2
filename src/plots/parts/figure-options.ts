/** What every builder takes beside its own options. */
export interface FigureOptions {
  /** Title above the figure; defaults to none, unless the builder says otherwise. */
  title?: string | undefined;
  /** A smaller second line under the title; defaults to none. */
  subtitle?: string | undefined;
  /** What the figure shows, in words; defaults to a sentence made from the data. */
  alt?: string | undefined;
}

/** The size of a chart's plotting area, without axes, legends and title. */
export interface SizeOptions {
  /** Width in pixels; each builder names its default. */
  width?: number | undefined;
  /** Height in pixels; each builder names its default. */
  height?: number | undefined;
}
