import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkTerms } from "./check-terms";

/**
 * The two terms of a variational autoencoder for a batch, in nats per example.
 *
 * The type parameters exist only for the type checker. tfjs functions infer whatever tensor type is expected
 * (`tf.mean(x)` would pass as a `PerExample`), unless the expected type is a type parameter.
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
 * @returns [batch], nats; maximize it
 * @throws ArgumentError for terms that do not have the same shape [batch]
 */
export function elbo<D extends PerExample, R extends PerExample>({ distortion, rate }: ElboTerms<D, R>): PerExample {
  checkTerms("elbo()", { distortion, rate });
  return tf.tidy(() => perExample(tf.neg(tf.add(distortion, rate))));
}
