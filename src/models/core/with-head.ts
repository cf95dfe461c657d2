import { initialiseLayer } from "../../networks/initialize-layer";
import { ArgumentError } from "../../runtime/argument-error";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/**
 * A body with a linear head: [batch, …inputs] → [batch, outputs].
 *
 * @param body any network; its output is flattened
 * @param head whether to add the head; without it the body must already give that many outputs
 */
export function withHead(
  where: string,
  body: tf.LayersModel,
  outputs: number,
  head: boolean,
  rng: Rng,
): tf.LayersModel {
  if (body.outputs?.length !== 1 || body.inputs.length !== 1) {
    throw new ArgumentError(
      where,
      "the network",
      `${body.inputs?.length} inputs, ${body.outputs?.length} outputs`,
      "a tf.LayersModel with one input and one output",
    );
  }
  const output = body.outputs[0] as tf.SymbolicTensor;
  const flat = output.shape.length === 2 ? output : (tf.layers.flatten().apply(output) as tf.SymbolicTensor);
  if (!head) {
    if (flat.shape[1] === outputs) return flat === output ? body : tf.model({ inputs: body.inputs, outputs: flat });
    throw new ArgumentError(
      where,
      "the network's outputs",
      flat.shape[1],
      `${outputs} per example`,
      "Give it that many, or leave the head to the model.",
    );
  }
  const dense = tf.layers.dense({ units: outputs, kernelInitializer: "zeros" });
  const headed = tf.model({ inputs: body.inputs, outputs: dense.apply(flat) as tf.SymbolicTensor });
  initialiseLayer(dense, rng);
  return headed;
}

/** @throws ArgumentError for a network that takes inputs of another shape */
export function checkInput(where: string, name: string, network: tf.LayersModel, shape: readonly number[]): void {
  const given = network.inputs?.[0]?.shape.slice(1);
  if (given === undefined || tf.util.arraysEqual(given as number[], [...shape])) return;
  throw new ArgumentError(where, `the ${name}'s input`, given, `of shape [${shape}] per example`);
}
