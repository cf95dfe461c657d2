import { minimize } from "../../objectives/loss";
import { meanOverBatch } from "../../objectives/mean-over-batch";
import type { Phase } from "../../objectives/phase";
import type { tf } from "../../runtime/tensorflow";
import type { EncoderDecoder } from "./encoder-decoder";

/** The phase "reconstruction", which minimizes the distortion −log p(x | f(x)) of a deterministic code. */
export function reconstructionPhase(networks: EncoderDecoder): Phase<"reconstruction", "distortion"> {
  return {
    name: "reconstruction",
    variables: networks.trainable,
    inputs: ["x"],
    schedules: {},
    loss(batch, { rng: layers, training }) {
      const x = batch.x as tf.Tensor;
      const context = { training, rng: layers };
      const decoded = networks.decode(networks.encode(x, context), context);
      const distortion = networks.distortion(x, decoded, training);
      return { loss: minimize(meanOverBatch(distortion)), terms: { distortion } };
    },
  };
}
