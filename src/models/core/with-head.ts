import { checkRandomLayers } from "../../networks/check-random-layers";
import { initializeLayer } from "../../networks/initialize-layer";
import { ArgumentError } from "../../runtime/argument-error";
import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";
import { activationAtEnd } from "./activation-at-end";

/** What a head is for, where the model may find out itself whether one is needed. */
export interface HeadOptions {
  /** The option by which the caller decides, for errors: `decoderHead`. */
  readonly option: string;
  /** The shape of the outputs per example, where they are given in one; defaults to [outputs]. */
  readonly shape?: readonly number[];
}

/**
 * A body with a linear head: [batch, …inputs] → [batch, outputs].
 *
 * @param body any network; its output is flattened
 * @param head whether to add the head; without it the body must already give that many outputs. Where it is undefined, the head
 *   is left out if the body ends in exactly those outputs from a linear layer, and added if it ends in anything else
 * @throws ArgumentError for a body of several inputs or outputs, of another number of outputs, and for one that ends in the right
 *   shape by a layer that is not linear, where only the caller can know what is meant
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
      "Give it that many, or leave the head to the model.",
    );
  }
  const dense = tf.layers.dense({ units: outputs, kernelInitializer: "zeros" });
  const headed = tf.model({ inputs: body.inputs, outputs: dense.apply(flat) as tf.SymbolicTensor });
  initializeLayer(dense, rng);
  return headed;
}

/**
 * The option `…Head` of a model, as `withHead()` takes it: a body that the model makes itself always gets a head, whatever its
 * widths.
 *
 * @param given the body that was passed in, if any
 */
export const headOption = (head: boolean | undefined, given: tf.LayersModel | undefined): boolean | undefined =>
  head ?? (given === undefined ? true : undefined);

/** Whether a body needs a head, judged by its end. */
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
    "With false its outputs are taken as they are, as parameters without bounds (log-odds, means, log-variances), so that the " +
      "last layer should be linear; with true a Dense layer is put on top.",
  );
}

/**
 * Checks a network that the caller passed in.
 *
 * @param name the option
 * @param shape the shape of one input
 * @throws ArgumentError for a network that takes inputs of another shape, and for layers whose random numbers cannot be seeded
 */
export function checkInput(where: string, name: string, network: tf.LayersModel, shape: readonly number[]): void {
  checkRandomLayers(where, name, network);
  const given = network.inputs?.[0]?.shape.slice(1);
  if (given === undefined || tf.util.arraysEqual(given as number[], [...shape])) return;
  throw new ArgumentError(where, `the ${name}'s input`, given, `of shape [${shape}] per example`);
}
