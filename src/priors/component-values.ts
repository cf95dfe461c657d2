import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { ArgumentError } from "../runtime/argument-error";

/** The parameters of a mixture of normal distributions, as plain numbers. `fitGaussianMixture()` returns them for codes. */
export interface ComponentValues {
  /** The mixture weights, [components], at least 0, with sum 1. */
  readonly weights: ArrayLike<number>;
  /** The means, [components][latentDim]. */
  readonly means: readonly ArrayLike<number>[];
  /** The variances of each component in each dimension, [components][latentDim], above 0. */
  readonly variances: readonly ArrayLike<number>[];
  /**
   * The covariance matrices, [components][latentDim][latentDim]. Only a prior with full covariance uses them; it uses `variances`
   * if they are missing.
   */
  readonly covariances?: readonly (readonly ArrayLike<number>[])[] | undefined;
}

/** The values for the variables of a mixture prior, flattened row by row. */
export interface ComponentParameters {
  readonly logWeights: number[];
  readonly means: number[];
  readonly logVars: number[];
  readonly unmixing: number[];
}

/** The sizes of a mixture. */
export interface MixtureSizes {
  readonly count: number;
  readonly latentDim: number;
  readonly covariance: "diagonal" | "full";
}

/**
 * Checks the parameters of a mixture and converts them to the values of the prior's variables.
 *
 * @throws ArgumentError that names the invalid entry
 */
export function readComponents(where: string, given: ComponentValues, mixture: MixtureSizes): ComponentParameters {
  const { count, latentDim, covariance } = mixture;
  const { weights, means, variances, covariances } = given ?? {};
  const table = (name: string, rows: readonly ArrayLike<number>[], fits: (x: number) => boolean, what: string) => {
    if (rows?.length !== count) throw new ArgumentError(where, name, rows, `${count} lists, one per cluster`);
    return rows.flatMap((row, c) => numbers(where, `${name}[${c}]`, row, latentDim, fits, what));
  };
  const logWeights = readWeights(where, weights, count);
  const centers = table("means", means, () => true, "finite numbers, one per latent dimension");
  const logVars = table("variances", variances, (x) => x > 0, "numbers above 0, one per latent dimension").map(
    Math.log,
  );
  if (covariance === "diagonal" || covariances === undefined) {
    const unmixing = new Array<number>(count * latentDim * latentDim).fill(0);
    return { logWeights, means: centers, logVars, unmixing };
  }
  if (covariances.length !== count) {
    throw new ArgumentError(where, "covariances", covariances, `${count} matrices, one per cluster`);
  }
  const factors = covariances.map((rows, c) => unmix(where, `covariances[${c}]`, rows, latentDim));
  return {
    logWeights,
    means: centers,
    logVars: factors.flatMap((factor) => factor.variances.map(Math.log)),
    unmixing: factors.flatMap((factor) => factor.unmixing.to1DArray()),
  };
}

function numbers(
  where: string,
  name: string,
  values: ArrayLike<number>,
  length: number,
  fits: (x: number) => boolean,
  what: string,
): number[] {
  const list = Array.from(values ?? []);
  if (list.length === length && list.every((x) => Number.isFinite(x) && fits(x))) return list;
  throw new ArgumentError(where, name, values, `${length} ${what}`);
}

function readWeights(where: string, weights: ArrayLike<number>, count: number): number[] {
  const accepted = "numbers of at least 0, one per cluster";
  const shares = numbers(where, "weights", weights, count, (x) => x >= 0, accepted);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (!(Math.abs(sum - 1) < 1e-3)) throw new ArgumentError(where, "the sum of weights", sum, "1");
  // A component with weight 0 would have no gradient, so its weight could never grow again.
  return shares.map((share) => Math.log(Math.max(share, 1e-6)));
}

/** U and σ² with Σ⁻¹ = Uᵀ diag(σ⁻²) U, from the Cholesky decomposition Σ = L Lᵀ, where L = U⁻¹ diag(σ). */
function unmix(where: string, name: string, rows: readonly ArrayLike<number>[], latentDim: number) {
  const values = Array.from(rows ?? [], (row) => Array.from(row));
  const square =
    values.length === latentDim && values.every((row) => row.length === latentDim && row.every(Number.isFinite));
  const factor = square ? new CholeskyDecomposition(new Matrix(values)) : undefined;
  if (!factor?.isPositiveDefinite()) {
    const accepted = `a symmetric, positive definite matrix of ${latentDim} × ${latentDim} numbers`;
    throw new ArgumentError(where, name, rows, accepted);
  }
  const scales = factor.lowerTriangularMatrix.diagonal();
  const mixing = factor.lowerTriangularMatrix.clone().divRowVector(scales);
  return { variances: scales.map((scale) => scale ** 2), unmixing: inverse(mixing) };
}
