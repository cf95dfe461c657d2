import { threadsOf } from "../runtime/threads-of";
import { computes, type Node, sizeOf } from "./graph";

/**
 * How a session uses the cores: "wide" cuts each op into as many pieces as there are cores, "narrow" runs ops whole, side by
 * side. An op of a small network waits longer for its pieces than it computes.
 */
export type Threads = "wide" | "narrow";

/** From so many multiplications or elements in one op on, its pieces are worth waiting for. */
const largeProduct = 2 ** 28;
const largeTensor = 2 ** 20;

/** What suits a graph without XLA: a large op is worth all cores. Tensors that are only passed on, such as a data set, do not count. */
export const threadsFor = (nodes: Iterable<Node>): Threads =>
  [...nodes].some((node) => computes(node) && isLarge(node)) ? "wide" : "narrow";

const isLarge = (node: Node): boolean =>
  /^(Depthwise)?Conv/.test(node.op) ||
  node.outputs.some((output) => sizeOf(output) >= largeTensor) ||
  (node.op.includes("MatMul") && multiplications(node) >= largeProduct);

/** Every element of the result is a sum over the axis that the factors share. */
function multiplications({ inputs: [left], attributes, outputs }: Node): number {
  const { shape } = left!.node.outputs[left!.index]!;
  const transposed = [attributes.adj_x, attributes.transpose_a].some((attribute) => attribute?.value === true);
  return sizeOf(outputs[0]!) * (shape.at(transposed ? -2 : -1) ?? 1);
}

/**
 * The options of a session as TensorFlow's ConfigProto, serialized, two hexadecimal digits a byte. The environment's
 * TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS say how many threads there are.
 */
export function sessionConfig(threads: Threads): string {
  const [perOp, forOps] = [threadsOf("TF_NUM_INTRAOP_THREADS"), threadsOf("TF_NUM_INTEROP_THREADS")];
  // The fields intra_op_parallelism_threads, inter_op_parallelism_threads and use_per_session_threads.
  const fields = [...[2, threads === "wide" ? perOp : 1], ...[5, forOps], ...[9, 1]];
  const bytes = fields.flatMap((value, i) => (i % 2 === 0 ? [value << 3] : varint(value)));
  return Buffer.from(bytes).toString("hex");
}

/** A whole number as protocol buffers spell it: seven bits a byte, the lowest first. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);
