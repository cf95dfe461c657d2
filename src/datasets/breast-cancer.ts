import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { tf } from "../runtime/tensorflow";

/** Measurements of cell nuclei, and what they turned out to be. */
export interface BreastCancer {
  readonly name: string;
  /** The number of patients, 569. */
  readonly size: number;
  /** float32 [569, 30]; lengths in units of the microscope's image, which the source does not convert. */
  readonly features: tf.Tensor2D;
  /** The name of each column: ten measurements as mean over the nuclei, standard error, and mean of the three largest. */
  readonly featureNames: readonly string[];
  /** int32 [569]: 0 malignant (212), 1 benign (357). */
  readonly labels: tf.Tensor1D;
  readonly classes: readonly ["malignant", "benign"];
  /** Gives the native memory back; the tensors cannot be used afterwards. */
  dispose(): void;
}

const sha256 = "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed";

const measured = [
  ...["radius", "texture", "perimeter", "area", "smoothness"],
  ...["compactness", "concavity", "concave points", "symmetry", "fractal dimension"],
];

/**
 * Wisconsin diagnostic breast cancer (Street, Wolberg & Mangasarian 1993): thirty measurements of the cell nuclei in a picture of a fine
 * needle aspirate, for 569 patients, from the file that scikit-learn ships. Its checksum is verified. The order is the source's; it
 * is not split, so that small data can be cross-validated: bring columns to one scale with `standardizer()` of the training part.
 *
 * @throws Error with the fix for a missing or altered file
 */
export async function breastCancer(): Promise<BreastCancer> {
  const rows = readRows(path.join(__dirname, "../../data/breast-cancer/wdbc.csv"));
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
  return {
    name: "Wisconsin diagnostic breast cancer",
    size: rows.length,
    ...tensors,
    featureNames: ["mean", "standard error", "worst"].flatMap((kind) => measured.map((name) => `${kind} ${name}`)),
    classes: ["malignant", "benign"],
    dispose: () => tf.dispose([tensors.features, tensors.labels]),
  };
}

/** The file's lines after the first, which holds its sizes and the names of the classes. */
function readRows(file: string): number[][] {
  const fix = "To fix it, restore the folder data/ of the package.";
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${file} cannot be read. ${fix}`, { cause });
  }
  const found = createHash("sha256").update(text).digest("hex");
  if (found !== sha256) throw new Error(`${file} is not the file it should be: its SHA-256 is ${found}. ${fix}`);
  const [, ...lines] = text.trim().split("\n");
  return lines.map((line) => line.split(",").map(Number));
}
