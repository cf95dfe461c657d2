import { computes, type Node, sizeOf } from "../jit/graph";
import { neededNodes, type Trace } from "../jit/trace";
import { drawsOnlyOutsideXla } from "../jit/xla-draws";

/** Milliseconds that XLA takes to compile one op, on average. The step of an MLP with Adam takes 1.5 to 2 s. */
const compiling = 4;
/** Milliseconds of overhead per op in TensorFlow's executor. XLA saves them by fusing ops. */
const perOp = 0.9e-3;
/** Milliseconds to write an element of a result to memory and read it again. XLA saves them by fusing ops. */
const perElement = 0.2e-6;

/**
 * Estimates whether XLA makes training faster on a CPU, including the time for compilation. XLA fuses element-wise ops, above all
 * those of the optimizer, but its convolutions are slower than TensorFlow's. It also cannot draw gamma variables as TensorFlow
 * does.
 *
 * The estimate depends only on the graph and the number of steps, and not on measured times. So a fit with the same arguments
 * makes the same choice on every machine. `npm run bench` measures both choices.
 *
 * @param trace the trace of one step
 * @param steps the number of steps in the whole training
 */
export function suitsXla(trace: Pick<Trace, "outputs" | "variables">, steps: number): boolean {
  const nodes = [...neededNodes(trace)];
  if (nodes.some((node) => drawsOnlyOutsideXla(node) || isConvolution(node))) return false;
  const elements = nodes.filter(computes).flatMap(({ outputs }) => outputs.map(sizeOf));
  const saved = nodes.length * perOp + elements.reduce((sum, size) => sum + size, 0) * perElement;
  return steps * saved > nodes.length * compiling;
}

const isConvolution = ({ op }: Node): boolean => op.includes("Conv");
