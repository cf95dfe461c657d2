import { threadsOf } from "../runtime/threads-of";
import { computes, type Node, sizeOf } from "./graph";

/**
 * How a session uses the cores. "wide" splits each op across all cores. "narrow" runs each op on one core, and several ops at the
 * same time. For the ops of a small network, splitting takes longer than the computation.
 */
export type Threads = "wide" | "narrow";

/** From this number of multiplications or elements per op, splitting the op across cores pays off. */
const largeProduct = 2 ** 28;
const largeTensor = 2 ** 20;

/** For a graph without XLA: "wide" if it has a large op. Tensors that no op computes, such as a data set, do not count. */
export const threadsFor = (nodes: Iterable<Node>): Threads =>
  [...nodes].some((node) => computes(node) && isLarge(node)) ? "wide" : "narrow";

const isLarge = (node: Node): boolean =>
  /^(Depthwise)?Conv/.test(node.op) ||
  node.outputs.some((output) => sizeOf(output) >= largeTensor) ||
  (node.op.includes("MatMul") && multiplications(node) >= largeProduct);

/** The number of multiplications. Each element of the result is a sum over the axis that the factors share. */
function multiplications({ inputs: [left], attributes, outputs }: Node): number {
  const { shape } = left!.node.outputs[left!.index]!;
  const transposed = [attributes.adj_x, attributes.transpose_a].some((attribute) => attribute?.value === true);
  return sizeOf(outputs[0]!) * (shape.at(transposed ? -2 : -1) ?? 1);
}

/**
 * The options of a session: TensorFlow's serialized ConfigProto, with two hexadecimal digits per byte. The environment variables
 * TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS set the numbers of threads; they default to the number of cores.
 */
export function sessionConfig(threads: Threads): string {
  const [perOp, forOps] = [threadsOf("TF_NUM_INTRAOP_THREADS"), threadsOf("TF_NUM_INTEROP_THREADS")];
  // The fields intra_op_parallelism_threads, inter_op_parallelism_threads and use_per_session_threads.
  const fields = [...[2, threads === "wide" ? perOp : 1], ...[5, forOps], ...[9, 1]];
  const bytes = fields.flatMap((value, i) => (i % 2 === 0 ? [value << 3] : varint(value)));
  return Buffer.from(bytes).toString("hex");
}

/** An integer as a varint of protocol buffers: seven bits per byte, the lowest first. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);
