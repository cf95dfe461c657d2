import type { Rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/**
 * Shuffles each dimension of the codes independently across the batch, which turns draws from q(z) into draws from Πⱼ
 * q(zⱼ) (Kim & Mnih 2018, algorithm 1).
 *
 * @param z [batch, latentDim]
 * @returns [batch, latentDim]; a constant to `tf.grad`
 */
export function permuteDimensions(z: tf.Tensor2D, rng: Rng): tf.Tensor2D {
  const [batch, latent] = z.shape;
  return tf.tidy(() => {
    const order = tf.topk(rng.uniform([latent, batch]), batch).indices.transpose();
    const places = order.mul(tf.scalar(latent, "int32")).add(tf.range(0, latent, 1, "int32"));
    return tf.gather(z.reshape([-1]), places.reshape([-1])).reshape([batch, latent]);
  });
}
