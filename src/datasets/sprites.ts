import { tableBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, wholeNumberWithin } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `sprites()`: mainly the number of values of each factor. All combinations are drawn, at most 16,384. */
export interface SpritesOptions {
  /** Height and width of an image in pixels, 8 to 64; defaults to 32. */
  size?: number;
  /** The number of sizes of a shape, evenly spaced from half the largest to the largest; defaults to 4. */
  scales?: number;
  /** The number of angles, evenly spaced over `turn`, excluding the end; defaults to 8. */
  rotations?: number;
  /** The number of horizontal positions of the center; defaults to 12. */
  columns?: number;
  /** The number of vertical positions of the center; defaults to 12. */
  rows?: number;
  /**
   * The range of the angles in degrees, above 0 and at most 360; defaults to 90. A square looks the same after a quarter
   * turn, and an ellipse after half a turn. Above 90, different factors can therefore give the same image, and no code can
   * distinguish them.
   */
  turn?: number;
}

/** Images with all their generating factors. Has a display in a cell. */
export interface Sprites {
  readonly name: string;
  /** [height, width, channels] */
  readonly imageShape: readonly [number, number, number];
  /** Pixels in [0, 1], float32 [count, height · width], row by row from the top. */
  readonly images: tf.Tensor2D;
  /** The value of each factor as an index from 0, int32 [count, 5]. The last factor changes fastest. */
  readonly factors: tf.Tensor2D;
  readonly factorNames: readonly ["shape", "scale", "rotation", "x", "y"];
  /** The number of values of each factor. The number of images is their product. */
  readonly factorSizes: readonly [number, number, number, number, number];
  /** The names of the values of the factor `shape`. */
  readonly shapes: readonly string[];
  /** The number of images. */
  readonly count: number;
  /** Frees the native memory; the tensors cannot be used afterward. */
  dispose(): void;
}

/** Whether a point is inside a shape, in coordinates where each shape has a radius of about 1 and v points up. */
const shapes: Record<string, (u: number, v: number) => boolean> = {
  square: (u, v) => Math.abs(u) < 0.8 && Math.abs(v) < 0.8,
  ellipse: (u, v) => u * u + 4 * v * v < 1,
  // The sextic curve (u² + v² − 1)³ = u² v³, scaled down by 1.1.
  heart: (u, v) => (1.21 * (u * u + v * v) - 1) ** 3 < 1.1 ** 5 * u * u * v * v * v,
};

/** The maximum distance between a point of a shape and its center. */
const reach = 1.2;
/** The radius of the largest shape, as a fraction of the image size. At every position, it fits inside the image. */
const largestRadius = 0.2;
/** The value of a pixel is the share of its 4 × 4 grid of points that the shape covers. */
const subpixels = 4;
const mostImages = 2 ** 14;

/**
 * White shapes on a black background: squares, ellipses and hearts at every scale, rotation and position, with one image per
 * combination. They are computed here and modeled on dSprites (Matthey et al. 2017), but smaller, with smooth edges, and by
 * default without angles that look the same. Nothing is random.
 *
 * @throws ArgumentError for options out of range, and for more than 16,384 images
 */
export function sprites(options: SpritesOptions = {}): Sprites {
  checkOptions("sprites()", schema, options);
  const { size = 32, scales = 4, rotations = 8, columns = 12, rows = 12, turn = 90 } = options;
  const names = Object.keys(shapes);
  const factorSizes = [names.length, scales, rotations, columns, rows] as const;
  const count = factorSizes.reduce((product, values) => product * values);
  if (count > mostImages) {
    throw new ArgumentError("sprites()", "options", options, `at most ${mostImages} images, not ${count}`);
  }
  const pixels = new Float32Array(count * size * size);
  const factors = new Int32Array(count * factorSizes.length);
  for (let i = 0; i < count; i++) {
    const values = factorsOf(i, factorSizes);
    factors.set(values, i * factorSizes.length);
    const [shape, scale, rotation, column, row] = values as [number, number, number, number, number];
    draw(pixels.subarray(i * size * size, (i + 1) * size * size), size, {
      inside: shapes[names[shape] as string] as (u: number, v: number) => boolean,
      radius: largestRadius * size * between(0.5, 1, scale, scales),
      angle: (turn * Math.PI * rotation) / (180 * rotations),
      x: size * between(reach * largestRadius, 1 - reach * largestRadius, column, columns),
      y: size * between(reach * largestRadius, 1 - reach * largestRadius, row, rows),
    });
  }
  const tensors = {
    images: tf.tensor2d(pixels, [count, size * size]),
    factors: tf.tensor2d(factors, [count, factorSizes.length], "int32"),
  };
  const set: Sprites = {
    name: "sprites",
    imageShape: [size, size, 1],
    ...tensors,
    factorNames: ["shape", "scale", "rotation", "x", "y"],
    factorSizes,
    shapes: names,
    count,
    dispose: () => tf.dispose([tensors.images, tensors.factors]),
  };
  return withDisplay(set, ({ factorNames }) =>
    tableBundle(
      `${count} sprites of ${size} × ${size} pixels`,
      ["factor", "values"],
      factorNames.map((name, i) => [name, factorSizes[i]]),
    ),
  );
}

const schema = optionsSchema<SpritesOptions>({
  size: wholeNumberWithin(8, 64).optional(),
  scales: wholeNumberWithin(1, mostImages).optional(),
  rotations: wholeNumberWithin(1, mostImages).optional(),
  columns: wholeNumberWithin(1, mostImages).optional(),
  rows: wholeNumberWithin(1, mostImages).optional(),
  turn: accepts<number>(
    (value) => typeof value === "number" && value > 0 && value <= 360,
    "an angle in (0, 360] degrees",
  ).optional(),
});

/** The digits of i in the mixed radix of the factor sizes; the last digit changes fastest. */
function factorsOf(i: number, sizes: readonly number[]): number[] {
  let rest = i;
  return [...sizes]
    .reverse()
    .map((size) => {
      const value = rest % size;
      rest = (rest - value) / size;
      return value;
    })
    .reverse();
}

/** The k-th of n evenly spaced numbers from low to high; the midpoint if n is 1. */
function between(low: number, high: number, k: number, n: number): number {
  return n === 1 ? (low + high) / 2 : low + ((high - low) * k) / (n - 1);
}

interface Placed {
  inside: (u: number, v: number) => boolean;
  /** Radius and center in pixels, with y pointing down; the angle in radians, counterclockwise. */
  radius: number;
  angle: number;
  x: number;
  y: number;
}

function draw(image: Float32Array, size: number, { inside, radius, angle, x, y }: Placed): void {
  const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  const first = (center: number): number => Math.max(0, Math.floor(center - reach * radius));
  const last = (center: number): number => Math.min(size, Math.ceil(center + reach * radius));
  for (let row = first(y); row < last(y); row++) {
    for (let column = first(x); column < last(x); column++) {
      let covered = 0;
      for (let k = 0; k < subpixels * subpixels; k++) {
        const dx = column + ((k % subpixels) + 0.5) / subpixels - x;
        const dy = y - row - (Math.floor(k / subpixels) + 0.5) / subpixels;
        if (inside(cos * dx + sin * dy, cos * dy - sin * dx)) covered++;
      }
      image[row * size + column] = covered / subpixels ** 2;
    }
  }
}
