import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkTerms } from "./check-terms";

/**
 * The two terms of a variational autoencoder for a batch, in nats per example.
 *
 * The type parameters exist for the compiler alone: tfjs functions return whatever tensor type is expected of them
 * (`tf.mean(x)` would pass for a `PerExample`), except where the expected type is a parameter.
 */
export interface ElboTerms<D extends PerExample = PerExample, R extends PerExample = PerExample> {
  /** D = −E_q[log p(x|z)], [batch] */
  distortion: D;
  /** R = KL(q(z|x) ‖ p(z)), in closed form (`kl`) or from draws (`sampledKl`), [batch] */
  rate: R;
}

/**
 * The evidence lower bound log p(x) ≥ −D − R: Kingma & Welling 2014, equation 3.
 *
 * @returns [batch], nats; to be maximized
 */
export function elbo<D extends PerExample, R extends PerExample>({ distortion, rate }: ElboTerms<D, R>): PerExample {
  checkTerms("elbo()", { distortion, rate });
  return tf.tidy(() => perExample(tf.neg(tf.add(distortion, rate))));
}
