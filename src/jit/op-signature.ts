import { Graph, type Node } from "./graph";
import { openGraphSession } from "./graph-session";
import { savedModelBytes } from "./protobuf";

/**
 * The names of the outputs of a node, as the body of a TensorFlow function spells them: `product:0`.
 *
 * The names are part of each op's definition, which the binding gives no access to; but TensorFlow quotes the definition
 * in its answer to a node without inputs.
 */
export function outputNames(node: Node): string[] {
  const known = signatures.get(node.op) ?? readSignature(node);
  signatures.set(node.op, known);
  if (known.length === 1) return node.outputs.map((_, i) => `${known[0]}:${i}`);
  if (known.length === node.outputs.length) return known.map((name) => `${name}:0`);
  throw new Error(`jit(): op ${node.op} has a variable number of outputs of several kinds, which XLA cannot be given.`);
}

/** Known so far. A constant has no inputs to get wrong, and TensorFlow looks for the functions of loops and calls first. */
const signatures = new Map<string, string[]>([
  ["Const", ["output"]],
  ["While", ["output"]],
  ["StatefulPartitionedCall", ["output"]],
]);

function readSignature(node: Node): string[] {
  const { op, attributes } = node;
  let answer = "nothing";
  try {
    openGraphSession(savedModelBytes({ nodes: [new Graph().add({ op, attributes })] })).dispose();
  } catch (error) {
    answer = error instanceof Error ? error.message : String(error);
  }
  const outputs = /signature=[^;>]*-> ([^;>]*)[;>]/.exec(answer)?.[1];
  if (outputs === undefined) throw new Error(`jit(): TensorFlow did not tell the outputs of op ${node.op}: ${answer}`);
  return outputs.split(",").map((output) => output.split(":")[0]!.trim());
}
