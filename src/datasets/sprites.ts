import { tableBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, wholeNumberWithin } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `sprites()`: how many values each factor takes. All combinations are drawn, 16,384 at most. */
export interface SpritesOptions {
  /** Height and width of an image in pixels, 8 to 64; defaults to 32. */
  size?: number;
  /** Sizes of a shape, evenly spaced from half the largest to the largest; defaults to 4. */
  scales?: number;
  /** Angles, evenly spaced over `turn`, the end left out; defaults to 8. */
  rotations?: number;
  /** Places of the center from left to right; defaults to 12. */
  columns?: number;
  /** Places of the center from top to bottom; defaults to 12. */
  rows?: number;
  /**
   * The range of the angles in degrees, above 0 and at most 360; defaults to 90. A square looks the same after a quarter turn
   * and an ellipse after half a turn, so that beyond 90 different factors give the same image, and no code can tell them apart.
   */
  turn?: number;
}

/** Images with all their generating factors; shows itself in a cell. */
export interface Sprites {
  readonly name: string;
  /** [height, width, channels] */
  readonly imageShape: readonly [number, number, number];
  /** Pixels in [0, 1], float32 [count, height · width], row by row from the top. */
  readonly images: tf.Tensor2D;
  /** The value of each factor as an index from 0, int32 [count, 5]. The last factor changes fastest. */
  readonly factors: tf.Tensor2D;
  readonly factorNames: readonly ["shape", "scale", "rotation", "x", "y"];
  /** How many values each factor takes: the number of images is their product. */
  readonly factorSizes: readonly [number, number, number, number, number];
  /** The names of the values of the factor `shape`. */
  readonly shapes: readonly string[];
  /** The number of images. */
  readonly count: number;
  /** Gives the native memory back; the tensors cannot be used afterwards. */
  dispose(): void;
}

/** Whether a point lies in a shape, in a frame where each shape has about the radius 1, v pointing up. */
const shapes: Record<string, (u: number, v: number) => boolean> = {
  square: (u, v) => Math.abs(u) < 0.8 && Math.abs(v) < 0.8,
  ellipse: (u, v) => u * u + 4 * v * v < 1,
  // The sextic curve (u² + v² − 1)³ = u² v³, made smaller by 1.1.
  heart: (u, v) => (1.21 * (u * u + v * v) - 1) ** 3 < 1.1 ** 5 * u * u * v * v * v,
};

/** No point of a shape is farther than this from its center. */
const reach = 1.2;
/** The largest shape's radius as a part of the image: at any place it is inside. */
const largestRadius = 0.2;
/** A pixel's value is the share of a 4 × 4 grid of points in it that the shape covers. */
const subpixels = 4;
const mostImages = 2 ** 14;

/**
 * White shapes on black: squares, ellipses and hearts of every scale, rotation and place, one image of each combination. They are
 * computed here, after the example of dSprites (Matthey et al. 2017), but smaller, with smooth edges, and by default without angles
 * that look alike. Nothing is random.
 *
 * @throws ArgumentError for sizes out of range or more than 16,384 images
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

/** The number i in the mixed radix of the factors' sizes, the last digit changing fastest. */
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

/** The k-th of n evenly spaced numbers from low to high; the middle where there is only one. */
function between(low: number, high: number, k: number, n: number): number {
  return n === 1 ? (low + high) / 2 : low + ((high - low) * k) / (n - 1);
}

interface Placed {
  inside: (u: number, v: number) => boolean;
  /** Radius and center in pixels, y pointing down; the angle in radians, against the clock. */
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
