import { type Normal, normal } from "../distributions/normal";
import { fullTensor } from "../distributions/parameters";
import { tf } from "../runtime/tensorflow";

/**
 * log q(z_ij | x_nj) of every draw i under every posterior n, for each latent dimension j. The densities of an
 * aggregated posterior are computed from these.
 *
 * @param posterior q(z | x_n), a batch of `examples` distributions over latentDim dimensions
 * @param z [draws, latentDim]
 * @returns [draws, examples, latentDim], nats
 */
export function pairwiseLogDensities(posterior: Normal, z: tf.Tensor2D): tf.Tensor3D {
  const { batch: examples, eventShape, parameters } = posterior;
  const latent = tf.util.sizeFromShape([...eventShape]);
  const draws = z.shape[0];
  return tf.tidy(() => {
    const flat = (parameter: tf.Tensor | number) => fullTensor(parameter, [examples, latent]).reshape([-1]);
    // Treats every pair of an example and a dimension as a separate univariate distribution.
    const scalars = normal({ mean: flat(parameters.mean), logVar: flat(parameters.logVar) });
    return scalars.logProb(tf.tile(z, [1, examples])).reshape([draws, examples, latent]);
  });
}
