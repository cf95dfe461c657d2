import { type Node, type Port, typeOf } from "./graph";
import { outputNames } from "./op-signature";
import type { GraphFunction } from "./protobuf";

/** The parts of a function. */
export interface FunctionParts {
  name: string;
  body: Node[];
  /** Outputs of nodes outside the function. They become its parameters. */
  parameters: readonly Port[];
  results: readonly Port[];
  /** Nodes whose first output is replaced in the body. */
  replaced?: ReadonlyMap<Node, Port>;
}

/** Makes a function from nodes. Every value that they need from outside must be among the parameters. */
export function graphFunction({ name, body, parameters, results, replaced }: FunctionParts): GraphFunction {
  const names = new Map<Node, Map<number, string>>();
  for (const [i, { node, index }] of parameters.entries()) {
    const ofNode = names.get(node) ?? new Map<number, string>();
    names.set(node, ofNode.set(index, `parameter_${i}`));
  }
  const spell = (given: Port): string => {
    const other = replaced?.get(given.node);
    if (other !== undefined) return spell(other);
    return names.get(given.node)?.get(given.index) ?? `${given.node.name}:${outputNames(given.node)[given.index]}`;
  };
  return {
    name,
    body,
    parameters: parameters.map((given, i) => ({ name: `parameter_${i}`, type: typeOf(given).type })),
    results: results.map((result, i) => ({ name: `result_${i}`, type: typeOf(result).type, from: spell(result) })),
    inputName: (node, i) => spell(node.inputs[i]!),
  };
}
