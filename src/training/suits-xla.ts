import { computes, type Node, sizeOf } from "../jit/graph";
import { neededNodes, type Trace } from "../jit/trace";
import { drawsOnlyOutsideXla } from "../jit/xla-draws";

/** Milliseconds that XLA takes to compile an op of a graph, on average: 1.5 s for the step of an MLP with Adam. */
const compiling = 4;
/** Milliseconds that an op costs in TensorFlow's executor and saves where XLA joins it with others. */
const perOp = 0.9e-3;
/** Milliseconds that an element of a result costs by going through memory, which it need not where ops are joined. */
const perElement = 0.2e-6;

/**
 * Whether XLA makes steps faster on a CPU, compilation included. It joins element-wise ops, above all the optimizer's, but its
 * convolutions are slower than TensorFlow's own. The estimate takes what the graph holds and how many steps there are, and no
 * clock: a fit with the same arguments computes the same numbers on every machine (`npm run bench` measures both ways).
 *
 * @param trace of a step
 * @param steps how many there are going to be
 */
export function suitsXla(trace: Pick<Trace, "outputs" | "variables">, steps: number): boolean {
  const nodes = [...neededNodes(trace)];
  if (nodes.some((node) => drawsOnlyOutsideXla(node) || isConvolution(node))) return false;
  const elements = nodes.filter(computes).flatMap(({ outputs }) => outputs.map(sizeOf));
  const saved = nodes.length * perOp + elements.reduce((sum, size) => sum + size, 0) * perElement;
  return steps * saved > nodes.length * compiling;
}

const isConvolution = ({ op }: Node): boolean => op.includes("Conv");
