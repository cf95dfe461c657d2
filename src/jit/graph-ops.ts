import type { TensorValue } from "./attribute";
import { dataTypes } from "./data-type";
import { type Graph, type Node, type OutputType, type Port, port, typeOf } from "./graph";

const type = (value: number) => ({ kind: "type", value }) as const;
const { int32, float32 } = dataTypes;

/** Adds the library's own ops to a graph, in addition to the traced ones. Their names begin with a prefix. */
export class GraphOps {
  readonly #graph: Graph;
  readonly #prefix: string;

  constructor(graph: Graph, prefix: string) {
    this.#graph = graph;
    this.#prefix = prefix;
  }

  node(op: string, inputs: Port[], attributes: Node["attributes"], output: OutputType): Port {
    const name = `${this.#prefix}${op}_${this.#graph.nodes.length}`;
    return port(this.#graph.add({ op, name, inputs, attributes, outputs: [output] }));
  }

  constant(value: TensorValue): Port {
    const attributes = { dtype: type(value.type), value: { kind: "tensor", value } } as const;
    return this.node("Const", [], attributes, { type: value.type, shape: value.shape });
  }

  /** A constant of integers: a scalar, or a list such as a shape. */
  integers(values: number | readonly number[]): Port {
    if (typeof values === "number") return this.constant({ type: int32, shape: [], values: [values] });
    return this.constant({ type: int32, shape: [values.length], values });
  }

  number(value: number): Port {
    return this.constant({ type: float32, shape: [], values: [value] });
  }

  /** An op on one tensor, or on two of the same type. By default, the result has the type and shape of the first one. */
  math(op: string, inputs: Port[], result: OutputType = typeOf(inputs[0]!)): Port {
    return this.node(op, inputs, { T: type(typeOf(inputs[0]!).type) }, result);
  }

  cast(value: Port, to: number): Port {
    const from = typeOf(value);
    const attributes = { SrcT: type(from.type), DstT: type(to) };
    return this.node("Cast", [value], attributes, { type: to, shape: from.shape });
  }

  /** Reads the bits of numbers as another type of the same size. */
  bitcast(value: Port, to: number): Port {
    const from = typeOf(value);
    return this.node("Bitcast", [value], { T: type(from.type), type: type(to) }, { type: to, shape: from.shape });
  }

  reshape(value: Port, shape: readonly number[]): Port {
    const { type: T } = typeOf(value);
    return this.node("Reshape", [value, this.integers(shape)], { T: type(T), Tshape: type(int32) }, { type: T, shape });
  }

  slice(value: Port, begin: readonly number[], size: readonly number[]): Port {
    const { type: T } = typeOf(value);
    const inputs = [value, this.integers(begin), this.integers(size)];
    return this.node("Slice", inputs, { T: type(T), Index: type(int32) }, { type: T, shape: size });
  }

  /** Joins tensors of equal shape along a new last axis. */
  stackLast(values: readonly Port[]): Port {
    const { type: T, shape } = typeOf(values[0]!);
    const attributes = {
      T: type(T),
      N: { kind: "int", value: values.length },
      axis: { kind: "int", value: shape.length },
    } as const;
    return this.node("Pack", [...values], attributes, { type: T, shape: [...shape, values.length] });
  }

  /** Takes one item along the first axis. */
  item(values: Port, index: Port): Port {
    const { type: T, shape } = typeOf(values);
    const attributes = {
      Tparams: type(T),
      Tindices: type(int32),
      Taxis: type(int32),
      batch_dims: { kind: "int", value: 0 },
    } as const;
    return this.node("GatherV2", [values, index, this.integers(0)], attributes, { type: T, shape: shape.slice(1) });
  }

  zeros({ type: T, shape }: OutputType): Port {
    const inputs = [this.integers(shape), this.constant({ type: T, shape: [], values: [0] })];
    return this.node("Fill", inputs, { T: type(T), index_type: type(int32) }, { type: T, shape });
  }
}
