import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** How a minibatch represents the whole data set in an estimate of q(z). */
export type AggregateEstimator = "weighted" | "stratified";

const estimators: readonly AggregateEstimator[] = ["weighted", "stratified"];

/** Checks the options of an estimate of q(z). */
export function checkAggregate(where: string, examples: number, estimator: AggregateEstimator): void {
  if (!(Number.isInteger(examples) && examples > 0)) {
    throw new ArgumentError(where, "examples", examples, "the number of examples of the data set, at least 1");
  }
  if (!estimators.includes(estimator)) {
    throw new ArgumentError(where, "estimator", estimator, '"weighted" or "stratified"');
  }
}

/**
 * log w_in in the estimates q(z_i) ≈ Σ_n w_in q(z_i | x_n) from a minibatch, where z_i is a draw for example i.
 *
 * @param batch B, the size of the minibatch
 * @param examples N ≥ B, the size of the data set
 * @returns [B, B], or [1, 1] if all weights are equal; computed by operations, so a compiled step contains no large constant
 * @throws ArgumentError for a minibatch larger than the data set
 */
export function aggregateLogWeights(batch: number, examples: number, estimator: AggregateEstimator): tf.Tensor2D {
  if (batch > examples) {
    throw new ArgumentError("aggregateLogWeights()", "the batch", batch, `at most examples = ${examples}`);
  }
  // Minibatch weighted sampling, Chen et al. 2018, appendix C.1: w = 1/(N B). Biased: on average, a lower bound on log q(z).
  if (estimator === "weighted") return tf.fill([1, 1], -Math.log(examples * batch));
  // A batch of one: the draw has only its own example.
  if (batch === 1) return tf.zeros([1, 1]);
  // Minibatch stratified sampling, appendix C.2 with M = B − 1: 1/N for the draw's own example, (N − M)/(N M) for one other
  // example, 1/M for the rest. Row i belongs to draw i, so 1/N is on the diagonal. The special other example is the entry to
  // the right of the diagonal; in the last row, it is the first column.
  const others = batch - 1;
  const special = Math.log((examples - others) / (examples * others));
  return tf.tidy(() => {
    const rows = tf.range(0, batch).expandDims(1);
    const columns = tf.range(0, batch).expandDims(0);
    const own = tf.equal(columns, rows).toFloat();
    const next = tf.equal(columns, tf.where(rows.equal(others), tf.zerosLike(rows), rows.add(1))).toFloat();
    return tf.addN([
      tf.mul(own, -Math.log(examples)),
      tf.mul(next, special),
      tf.mul(tf.sub(1, tf.add(own, next)), -Math.log(others)),
    ]) as tf.Tensor2D;
  });
}
