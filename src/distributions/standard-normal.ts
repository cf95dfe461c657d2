import { type Normal, normal } from "./normal";

/**
 * The standard normal distribution N(0, I), the usual prior of a latent variable.
 *
 * @param eventShape the shape of one draw: `[20]`
 * @param batch the number of distributions; defaults to 1, which broadcasts against any batch
 */
export function standardNormal(eventShape: readonly number[], batch = 1): Normal {
  return normal({ mean: 0, logVar: 0, shape: [batch, ...eventShape] });
}
