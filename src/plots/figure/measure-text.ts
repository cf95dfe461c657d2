/** Advance widths of DejaVu Sans 2.37 (its `hmtx` table) in thousandths of an em, for the characters " " to "~". */
const regular = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
  636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
  748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
  615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
  337, 636, 838,
];

/** The same for DejaVu Sans Bold. */
const bold = [
  348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
  696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
  837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
  678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
  365, 712, 838,
];

/** The average width of other characters (Greek letters, dashes, mathematical symbols). */
const other = 640;

interface TextItem {
  readonly text?: unknown;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  /** Vega cuts the text to this width. */
  readonly limit?: number;
}

/**
 * The width of a text mark in pixels; replaces Vega's `textMetrics.width`.
 * @param item the mark; its font is assumed to be `DejaVu Sans`
 * @param text one line of it; defaults to all of its text
 */
export function measureText(item: object, text?: string): number {
  const { text: whole, fontSize = 11, fontWeight, limit = 0 } = item as TextItem;
  const widths = fontWeight === "bold" || Number(fontWeight) >= 600 ? bold : regular;
  let thousandths = 0;
  for (const character of String(text ?? whole ?? "")) thousandths += widths[character.charCodeAt(0) - 32] ?? other;
  const width = (thousandths * fontSize) / 1000;
  return limit > 0 ? Math.min(width, limit) : width;
}
