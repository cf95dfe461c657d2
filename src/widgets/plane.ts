import { background, categorical, fontFamily, ink } from "../plots/figure/theme";
import type { Numbers } from "../plots/parts/check";
import { checkPoints } from "../plots/parts/check-points";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, checkedElsewhere, text } from "../runtime/rules";
import { anywidgetClasses } from "./parts/classes";
import { makeControl } from "./parts/make-control";
import { planeFrontEnd } from "./parts/plane-front-end";
import { WidgetModel } from "./parts/widget-model";
import type { Control } from "./widget";

/** A point in the plane. */
export type PlanePoint = readonly [x: number, y: number];

/** Options of `plane()`. */
export interface PlaneOptions {
  /** The first point; defaults to the middle. */
  value?: PlanePoint;
  /** [n, 2], points to draw behind, such as the codes of a data set; defaults to none. */
  points?: Numbers | readonly Numbers[];
  /** [n], the class of each point. Each class has a color, and its name stands in its middle. By default, there are no classes. */
  labels?: ArrayLike<string | number>;
  /** Title of the horizontal axis; defaults to "z₁". */
  xTitle?: string;
  /** Title of the vertical axis; defaults to "z₂". */
  yTitle?: string;
}

/**
 * A plane with a point that the reader drags, such as a two-dimensional latent space.
 *
 *     interact({ z: plane([-3, 3], [-3, 3]) }, ({ z }) => imageGrid(tf.tidy(() => model.decode(tf.tensor2d([[...z]])).mean().dataSync())))
 *
 * @param x the ends of the horizontal axis, the lower one first
 * @param y the ends of the vertical axis
 * @throws ArgumentError for ends that are not two finite numbers in order, and for options out of range
 */
export function plane(
  x: readonly [number, number],
  y: readonly [number, number],
  options: PlaneOptions = {},
): Control<PlanePoint> {
  checkValue(where, "x", x, ends);
  checkValue(where, "y", y, ends);
  const inside = accepts<PlanePoint>((value) => {
    const [a, b] = Array.isArray(value) && value.length === 2 ? value : [];
    return x[0] <= a && a <= x[1] && y[0] <= b && b <= y[1];
  }, `a point [x, y] with x in [${x}] and y in [${y}]`);
  const schema = optionsSchema<PlaneOptions>({
    value: inside.optional(),
    points: checkedElsewhere.optional(),
    labels: checkedElsewhere.optional(),
    xTitle: text.optional(),
    yTitle: text.optional(),
  });
  checkOptions(where, schema, options);
  const { value = [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2], xTitle = "z₁", yTitle = "z₂" } = options;
  const model = new WidgetModel(
    {
      ...anywidgetClasses,
      _esm: planeFrontEnd,
      ...{ value: [...value], low: [x[0], y[0]], high: [x[1], y[1]], xTitle, yTitle, look, ...drawn(options) },
    },
    (name, received) => name !== "value" || inside.safeParse(received).success,
  );
  const write = (next: PlanePoint) => {
    checkValue(where, "value", next, inside);
    return [...next];
  };
  return makeControl({ title: `plane([${x.join(", ")}], [${y.join(", ")}])`, model, field: "value", write });
}

const where = "plane()";
const look = { colors: categorical, text: ink.text, line: ink.line, background, font: fontFamily };

const ends = accepts<readonly [number, number]>((value) => {
  const [low, high] = Array.isArray(value) && value.length === 2 ? value : [];
  return Number.isFinite(low) && Number.isFinite(high) && low < high;
}, "two finite numbers, the lower one first");

/** The points behind, as the front end draws them. */
function drawn({ points, labels }: PlaneOptions): Record<string, unknown> {
  if (points === undefined) return { dots: new Float32Array(), classes: [], names: [] };
  const { coordinates, labels: known = [], classes } = checkPoints(where, points, 2, labels);
  const [across = [], up = []] = coordinates;
  const dots = Float32Array.from({ length: 2 * across.length }, (_, i) => (i % 2 === 0 ? across : up)[i >> 1]!);
  return { dots, classes: known.map((label) => classes.indexOf(label)), names: classes.map(String) };
}
