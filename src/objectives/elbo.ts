import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";

/** What a variational autoencoder says of a batch, in nats per example. */
export interface ElboTerms {
  /** D = −E_q[log p(x|z)], [batch] */
  distortion: PerExample;
  /** R = KL(q(z|x) ‖ p(z)), in closed form (`kl`) or from draws (`sampledKl`), [batch] */
  rate: PerExample;
}

/**
 * The evidence lower bound log p(x) ≥ −D − R: Kingma & Welling 2014, equation 3.
 *
 * @returns [batch], nats; to be maximised
 */
export function elbo({ distortion, rate }: ElboTerms): PerExample {
  return tf.tidy(() => perExample(tf.neg(tf.add(distortion, rate))));
}
