import { checkRandomLayers } from "../../networks/check-random-layers";
import { initializeLayer } from "../../networks/initialize-layer";
import { ArgumentError } from "../../runtime/argument-error";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { activationAtEnd } from "./activation-at-end";

/** Options for the head of a network, where the model decides by default whether to add one. */
export interface HeadOptions {
  /** The name of the option with which the caller decides, for errors: `decoderHead`. */
  readonly option: string;
  /** The shape of the outputs per example, if they have one; defaults to [outputs]. */
  readonly shape?: readonly number[];
}

/**
 * A body with a linear head: [batch, …inputs] → [batch, outputs].
 *
 * @param body any network with one input and one output; its output is flattened
 * @param head whether to add the head. Without a head, the body must already have that number of outputs. If this is undefined,
 *   the head is omitted if the body ends in a linear layer with exactly those outputs, and added otherwise
 * @throws ArgumentError for a body with several inputs or outputs, or with another number of outputs. Also for a body that ends
 *   in the right shape with a layer that is not linear: then the caller must decide
 */
export function withHead(
  where: string,
  body: tf.LayersModel,
  outputs: number,
  head: boolean | undefined,
  rng: Rng,
  { option, shape = [outputs] }: HeadOptions = { option: "the head" },
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
  const add = head ?? needsHead(where, body, [shape, [outputs]], option);
  if (!add) {
    if (flat.shape[1] === outputs) return flat === output ? body : tf.model({ inputs: body.inputs, outputs: flat });
    throw new ArgumentError(
      where,
      "the network's outputs",
      flat.shape[1],
      `${outputs} per example`,
      "Change the number of outputs, or let the model add the head.",
    );
  }
  const dense = tf.layers.dense({ units: outputs, kernelInitializer: "zeros" });
  const headed = tf.model({ inputs: body.inputs, outputs: dense.apply(flat) as tf.SymbolicTensor });
  initializeLayer(dense, rng);
  return headed;
}

/**
 * The option `…Head` of a model, as an argument of `withHead()`. A body that the model creates itself always gets a head.
 *
 * @param given the body that was passed in, if any
 */
export const headOption = (head: boolean | undefined, given: tf.LayersModel | undefined): boolean | undefined =>
  head ?? (given === undefined ? true : undefined);

/** Decides from the last layer of a body whether it needs a head. */
function needsHead(
  where: string,
  body: tf.LayersModel,
  complete: readonly (readonly number[])[],
  option: string,
): boolean {
  const shape = (body.outputs[0] as tf.SymbolicTensor).shape.slice(1) as number[];
  if (!complete.some((each) => tf.util.arraysEqual(shape, [...each]))) return true;
  const activation = activationAtEnd(body);
  if (activation === "no layer") return true;
  if (activation === "linear") return false;
  throw new ArgumentError(
    where,
    option,
    undefined,
    `true or false for a body that already ends in the shape of the outputs, [${shape.join(", ")}], through ${activation}`,
    "With false, its outputs are used as unbounded parameters (log-odds, means, log-variances), so the last layer should " +
      "be linear. With true, a Dense layer is added on top.",
  );
}

/**
 * Checks a network that the caller passed in.
 *
 * @param name the option
 * @param shape the shape of one input
 * @throws ArgumentError for a network with another input shape, and for layers with random numbers that cannot be seeded
 */
export function checkInput(where: string, name: string, network: tf.LayersModel, shape: readonly number[]): void {
  checkRandomLayers(where, name, network);
  const given = network.inputs?.[0]?.shape.slice(1);
  if (given === undefined || tf.util.arraysEqual(given as number[], [...shape])) return;
  throw new ArgumentError(where, `the ${name}'s input`, given, `of shape [${shape}] per example`);
}
