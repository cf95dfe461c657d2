import { dataTypes } from "./data-type";
import { type Graph, type Node, type OutputType, type Port, port, sizeOf, typeOf } from "./graph";
import { GraphOps } from "./graph-ops";
import { isDraw } from "./recorder";

/** For each op that draws: how many random integers it needs for `n` numbers, and how it converts them. */
const conversions: Record<string, { needed(n: number): number; convert(ops: GraphOps, integers: Port): Port }> = {
  StatelessRandomUniformFullInt: { needed: (n) => n, convert: (_, integers) => integers },
  StatelessRandomUniform: { needed: (n) => n, convert: unitInterval },
  StatelessRandomNormal: { needed: (n) => 2 * Math.ceil(n / 2), convert: boxMuller },
};

/** Whether an op draws numbers that we cannot make XLA draw as TensorFlow's kernels do. */
export const drawsOnlyOutsideXla = (node: Node): boolean => isDraw(node) && conversions[node.op] === undefined;

/**
 * Adds nodes that make a draw inside XLA; returns undefined for other nodes and for draws that stay outside.
 *
 * XLA's stateless ops differ from TensorFlow's kernels in two ways: they convert the same integers to other floats, and they read
 * a negative seed as an unsigned number. The generator itself (Philox; Salmon et al. 2011) is the same. So we draw the
 * generator's integers, with the key that the kernels derive from the seed, and convert them as the kernels do. The numbers are
 * then the same with and without XLA, up to the rounding of log, sin and cos.
 */
export function drawInsideXla(graph: Graph, draw: Node): Port | undefined {
  const conversion = conversions[draw.op];
  if (conversion === undefined) return undefined;
  const drawn = typeOf(port(draw));
  const n = sizeOf(drawn);
  const ops = new GraphOps(graph, `${draw.name}_`);
  const size = conversion.needed(n);
  const numbers = conversion.convert(ops, seededIntegers(ops, draw.inputs[1]!, size));
  return ops.reshape(size === n ? numbers : ops.slice(numbers, [0], [n]), drawn.shape);
}

const { int32, int64, uint64 } = dataTypes;

/** The integers that a stateless op of TensorFlow draws with a seed, int32 [2]. The seed is hashed to a key and a counter. */
function seededIntegers(ops: GraphOps, seed: Port, n: number): Port {
  // TensorFlow's kernels extend the sign of the seed, so cast to int64 first.
  const counter = ops.cast(ops.cast(seed, int64), uint64);
  const word = (value: number): Port => ops.cast(ops.integers([value]), uint64);
  const high = ops.math("LeftShift", [word(0x02461e29), word(32)]);
  const mixed = generated(ops, ops.math("BitwiseOr", [high, word(0x3ec8f720)]), counter, { type: uint64, shape: [2] });
  const key = ops.slice(mixed, [0], [1]);
  const upper = ops.reshape(ops.slice(mixed, [1], [1]), []);
  const lower = ops.reshape(word(0), []);
  return generated(ops, key, ops.stackLast([lower, upper]), { type: int32, shape: [n] });
}

/** The integers of the generator for a key, uint64 [1], and a counter, uint64 [2]. */
function generated(ops: GraphOps, key: Port, counter: Port, result: OutputType): Port {
  const type = (value: number) => ({ kind: "type", value }) as const;
  const philox = ops.integers(1);
  return ops.node(
    "StatelessRandomUniformFullIntV2",
    [ops.integers(result.shape), key, counter, philox],
    { dtype: type(result.type), Tshape: type(int32) },
    result,
  );
}

/** Numbers in [0, 1): the low 23 bits become the fraction of a float in [1, 2), minus 1. */
function unitInterval(ops: GraphOps, integers: Port): Port {
  const fraction = ops.math("BitwiseAnd", [integers, ops.integers(0x7fffff)]);
  const bits = ops.math("BitwiseOr", [fraction, ops.integers(0x3f800000)]);
  return ops.math("Sub", [ops.bitcast(bits, dataTypes.float32), ops.number(1)]);
}

/** Pairs of standard normal numbers from pairs of uniform numbers (Box and Muller 1958); the sine comes first. */
function boxMuller(ops: GraphOps, integers: Port): Port {
  const pairs = typeOf(integers).shape[0]! / 2;
  const uniform = ops.reshape(unitInterval(ops, integers), [pairs, 2]);
  const column = (i: number): Port => ops.reshape(ops.slice(uniform, [0, i], [pairs, 1]), [pairs]);
  const radius = ops.math("Log", [ops.math("Maximum", [column(0), ops.number(1e-7)])]);
  const scale = ops.math("Sqrt", [ops.math("Mul", [radius, ops.number(-2)])]);
  const angle = ops.math("Mul", [column(1), ops.number(2 * Math.PI)]);
  const both = ["Sin", "Cos"].map((op) => ops.math("Mul", [ops.math(op, [angle]), scale]));
  return ops.reshape(ops.stackLast(both), [2 * pairs]);
}
