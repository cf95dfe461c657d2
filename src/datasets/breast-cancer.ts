import { factsBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { tf } from "../runtime/tensorflow";
import { dataFile, readDataFile } from "./files/data-file";

/** Measurements of cell nuclei, with the diagnosis. Has a display in a cell. */
export interface BreastCancer {
  readonly name: string;
  /** The number of patients, 569. */
  readonly size: number;
  /** float32 [569, 30]; lengths are in units of the microscope image, because the source does not convert them. */
  readonly features: tf.Tensor2D;
  /**
   * The name of each column: for ten measurements, the mean over the nuclei, the standard error, and the mean of the
   * three largest values.
   */
  readonly featureNames: readonly string[];
  /** int32 [569]: 0 malignant (212), 1 benign (357). */
  readonly labels: tf.Tensor1D;
  readonly classes: readonly ["malignant", "benign"];
  /** Frees the native memory; the tensors cannot be used afterward. */
  dispose(): void;
}

/** The first line contains the sizes and the names of the classes. */
const file = dataFile("breast-cancer/wdbc.csv", "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed");

const measured = [
  ...["radius", "texture", "perimeter", "area", "smoothness"],
  ...["compactness", "concavity", "concave points", "symmetry", "fractal dimension"],
];

/**
 * Wisconsin diagnostic breast cancer (Street, Wolberg & Mangasarian 1993): thirty measurements of the cell nuclei in an image of
 * a fine needle aspirate, for 569 patients, from the file in scikit-learn. The checksum is verified. The examples are in the
 * original order and not split, because cross-validation is better for so few examples. Standardize the columns with a
 * `standardizer()` fitted to the training part.
 *
 * @throws Error for a missing or altered file, with the fix
 */
export async function breastCancer(): Promise<BreastCancer> {
  const [, ...lines] = readDataFile(file).toString("utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(",").map(Number));
  const columns = 3 * measured.length;
  const tensors = tf.tidy(() => ({
    features: tf.tensor2d(
      rows.flatMap((row) => row.slice(0, columns)),
      [rows.length, columns],
    ),
    labels: tf.tensor1d(
      rows.map((row) => row[columns] as number),
      "int32",
    ),
  }));
  const set: BreastCancer = {
    name: "Wisconsin diagnostic breast cancer",
    size: rows.length,
    ...tensors,
    featureNames: ["mean", "standard error", "worst"].flatMap((kind) => measured.map((name) => `${kind} ${name}`)),
    classes: ["malignant", "benign"],
    dispose: () => tf.dispose([tensors.features, tensors.labels]),
  };
  return withDisplay(set, ({ name, size, classes }) =>
    factsBundle(name, { patients: size, features: columns, classes: classes.join(", ") }),
  );
}
