import { Graph, type Node } from "./graph";
import { openGraphSession } from "./graph-session";
import { savedModelBytes } from "./protobuf";

/**
 * The names of the outputs of a node in the body of a TensorFlow function: `product:0`.
 *
 * The names are part of each op's definition, which the binding does not expose. But TensorFlow quotes the definition in its
 * error for a node without inputs.
 */
export function outputNames(node: Node): string[] {
  const known = signatures.get(node.op) ?? readSignature(node);
  signatures.set(node.op, known);
  if (known.length === 1) return node.outputs.map((_, i) => `${known[0]}:${i}`);
  if (known.length === node.outputs.length) return known.map((name) => `${name}:0`);
  throw new Error(
    `jit(): op ${node.op} has several outputs, some of them lists. A compiled function cannot contain it.`,
  );
}

/**
 * Names by op. The first three cannot be read from an error: a constant needs no inputs, and for loops and calls TensorFlow first
 * reports that their functions are missing.
 */
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
  if (outputs === undefined)
    throw new Error(`jit(): TensorFlow did not report the outputs of op ${node.op}: ${answer}`);
  return outputs.split(",").map((output) => output.split(":")[0]!.trim());
}
