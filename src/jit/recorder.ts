import type { tf } from "../runtime/tensorflow";
import { exactText, fromBinding, type TensorValue } from "./attribute";
import { dataTypeNumber, dataTypes } from "./data-type";
import { findPlace, type Place, UntraceableError } from "./errors";
import { ancestors, Graph, type Node, type OutputType, type Port, placeholder, port } from "./graph";
import { type BindingAttribute, nativeBackend } from "./native-backend";

/** Captured tensors of at most this many elements may become constants of the graph; larger ones are fed to it. */
const largestConstant = 1024;

/** Ops that draw from a hidden state. A graph would draw other numbers than an eager run, and could not resume its state. */
const statefulOps = new Set([
  "Multinomial",
  "ParameterizedTruncatedNormal",
  "RandomGamma",
  "RandomPoissonV2",
  "RandomShuffle",
  "RandomStandardNormal",
  "RandomUniform",
  "RandomUniformInt",
  "TruncatedNormal",
]);

/** Ops whose result has a shape that depends on values. JavaScript would keep the shape of the trace. */
const dynamicOps = new Set([
  "NonMaxSuppressionV3",
  "NonMaxSuppressionV4",
  "NonMaxSuppressionV5",
  "SparseFillEmptyRows",
  "Unique",
  "UniqueV2",
  "Where",
]);

/**
 * Type attributes that the kernels of tfjs-node omit, with the input that determines each of them. Only eager TensorFlow infers
 * them.
 */
const inferredTypes: Record<string, Record<string, number>> = { ExpandDims: { T: 0 } };

/** A tensor made from JavaScript values during the trace. */
interface Literal {
  values: ArrayLike<number>;
  /** The line that made it, if its values may differ from call to call. */
  suspect: Place | undefined;
}

/** A variable and its nodes in the graph. */
export interface RecordedVariable {
  variable: tf.Variable;
  handle: Node;
  read: Node;
}

/** Records ops as nodes of a graph while they run. It identifies tensors by their data. */
export class Recorder {
  readonly graph = new Graph();
  readonly inputs: Node[] = [];
  /** Tensors from before the trace that are fed, by their placeholders. */
  readonly captures = new Map<Node, tf.Tensor>();
  readonly variables = new Map<tf.Variable, RecordedVariable>();
  /** The line of the last call of `Math.random`, until the next tensor is made from JavaScript values. */
  randomDraw: Place | undefined;
  /** Tensors that replace a number: JavaScript code works with the number, and the graph contains the tensor. */
  readonly stand: { number: number; tensor: tf.Tensor; uses: number }[] = [];

  readonly #feedsAll: boolean;
  readonly #ports = new Map<object, Port>();
  readonly #literals = new Map<object, Literal>();
  readonly #variableOfData = new Map<object, tf.Variable>();
  readonly #constants = new Map<string, Node>();
  readonly #suspects = new Map<Node, Place>();
  readonly #draws = new Map<Node, Place>();

  /** @param feedsAll whether small captured tensors are fed too. Then graphs that differ only in such tensors are equal. */
  constructor(feedsAll: boolean) {
    this.#feedsAll = feedsAll;
  }

  /** Declares an input of the function. */
  input(tensor: tf.Tensor): void {
    const type = tensorType(tensor);
    const node = placeholder(this.graph, `input_${this.inputs.length}`, type);
    this.inputs.push(node);
    this.#ports.set(tensor.dataId, port(node));
  }

  /** Declares that the current data of a variable are its value. */
  variable(variable: tf.Variable): void {
    this.#variableOfData.set(variable.dataId, variable);
  }

  /** Records a tensor that is made from JavaScript values. */
  literal(dataId: object, values: ArrayLike<number>, dtype: tf.DataType): void {
    const random = this.randomDraw;
    this.randomDraw = undefined;
    const held = this.stand.find(
      ({ number }) => values.length === 1 && Math.abs(Math.fround(values[0]!)) === Math.fround(number),
    );
    if (held !== undefined) {
      held.uses++;
      this.#ports.set(dataId, this.#signed(held.tensor, values[0]! > 0));
      return;
    }
    const suspect = random ?? (dtype === "float32" && !isUniform(values) ? findPlace() : undefined);
    this.#literals.set(dataId, { values, suspect });
  }

  /** Records an op that has run. */
  op(op: string, attributes: BindingAttribute[], inputs: tf.Tensor[], outputs: tf.Tensor[]): void {
    if (statefulOps.has(op)) {
      throw new UntraceableError(
        `{op} draws random numbers from a hidden state (op ${op})`,
        "Draw from rng(key) instead, and pass the key to the compiled function as an argument.",
        findPlace(),
      );
    }
    if (dynamicOps.has(op)) {
      throw new UntraceableError(
        `{op} has a result whose shape depends on values (op ${op})`,
        "All shapes must be known when a function is compiled. Call it outside, or mask with tf.where().",
        findPlace(),
      );
    }
    const { binding } = nativeBackend();
    const node = this.graph.add({
      op,
      inputs: inputs.map((input) => this.reference(input)),
      attributes: Object.fromEntries(attributes.map((attribute) => [attribute.name, fromBinding(binding, attribute)])),
      outputs: outputs.map(tensorType),
    });
    for (const [name, input] of Object.entries(inferredTypes[op] ?? {})) {
      node.attributes[name] ??= { kind: "type", value: tensorType(inputs[input]!).type };
    }
    // Full-range integers are used to derive keys. A fixed key is fine if a number that varies is folded into it later.
    if (isDraw(node) && op !== "StatelessRandomUniformFullInt") this.#draws.set(node, findPlace());
    for (const [index, output] of outputs.entries()) this.#ports.set(output.dataId, port(node, index));
  }

  /** The output of a node that represents a tensor. */
  reference(tensor: tf.Tensor): Port {
    const known = this.#ports.get(tensor.dataId);
    if (known !== undefined) return known;
    const variable = this.#variableOfData.get(tensor.dataId);
    const made = port(variable ? this.recorded(variable).read : this.#value(tensor));
    this.#ports.set(tensor.dataId, made);
    return made;
  }

  /** The nodes of a variable. */
  recorded(variable: tf.Variable): RecordedVariable {
    const known = this.variables.get(variable);
    if (known !== undefined) return known;
    const { type, shape } = tensorType(variable);
    const name = `variable_${this.variables.size}`;
    const handle = this.graph.add({
      op: "VarHandleOp",
      name,
      attributes: {
        dtype: { kind: "type", value: type },
        shape: { kind: "shape", value: shape },
        shared_name: { kind: "string", value: name },
      },
      outputs: [{ type: dataTypes.resource, shape: [] }],
    });
    const read = this.graph.add({
      op: "ReadVariableOp",
      name: `${name}_value`,
      inputs: [port(handle)],
      attributes: { dtype: { kind: "type", value: type } },
      outputs: [{ type, shape }],
    });
    const made = { variable, handle, read };
    this.variables.set(variable, made);
    return made;
  }

  /** Whether the value of a tensor depends on the inputs or on a variable. */
  isTraced(dataId: object): boolean {
    if (this.#variableOfData.has(dataId)) return true;
    const known = this.#ports.get(dataId);
    return known !== undefined && this.#varies(known.node);
  }

  #varies(of: Node): boolean {
    const inputs = new Set(this.inputs);
    return [...ancestors([of])].some((node) => inputs.has(node) || node.op === "ReadVariableOp");
  }

  /** Refuses nodes whose values would wrongly be the same in every call. */
  check(nodes: Iterable<Node>): void {
    for (const node of nodes) {
      const literal = this.#suspects.get(node);
      if (literal !== undefined) {
        throw new UntraceableError(
          "{op} makes a tensor from JavaScript values inside the compiled function, so every call would use the same values",
          "Draw random numbers from rng(key), use this library's layers for dropout and noise, and pass the key as an " +
            "argument. Make fixed tensors outside the function.",
          literal,
        );
      }
      const draw = this.#draws.get(node);
      if (draw !== undefined && !this.#varies(node.inputs[1]!.node)) {
        throw new UntraceableError(
          "{op} draws with a key that is fixed when the function is compiled, so every call would draw the same numbers",
          "Pass the key, or a number to fold() into it, to the compiled function as an argument. If every call should use " +
            "the same numbers, draw them outside the function.",
          draw,
        );
      }
    }
  }

  /** A constant, or a placeholder that is fed. */
  #value(tensor: tf.Tensor): Node {
    const literal = this.#literals.get(tensor.dataId);
    const { type, shape } = tensorType(tensor);
    if (literal === undefined && (this.#feedsAll || tensor.size > largestConstant)) {
      const node = placeholder(this.graph, `captured_${this.captures.size}`, { type, shape });
      this.captures.set(node, tensor);
      return node;
    }
    const values = literal?.values ?? nativeBackend().readSync(tensor.dataId);
    if (values.length > 1 && isUniform(values)) return this.#filled({ type, shape, values });
    return this.#constant({ type, shape, values }, literal?.suspect);
  }

  /** A tensor of equal elements. As a `Fill` op, it adds only its shape and one value to the graph. */
  #filled({ type, shape, values }: TensorValue): Node {
    const dims = this.#constant({ type: dataTypes.int32, shape: [shape.length], values: shape });
    const value = this.#constant({ type, shape: [], values: [values[0]!] });
    return this.graph.add({
      op: "Fill",
      inputs: [port(dims), port(value)],
      attributes: { T: { kind: "type", value: type }, index_type: { kind: "type", value: dataTypes.int32 } },
      outputs: [{ type, shape }],
    });
  }

  #constant(value: TensorValue, suspect?: Place): Node {
    const key = exactText(value);
    const known = this.#constants.get(key);
    if (known !== undefined && suspect === undefined) return known;
    const node = this.graph.add({
      op: "Const",
      attributes: { dtype: { kind: "type", value: value.type }, value: { kind: "tensor", value } },
      outputs: [{ type: value.type, shape: value.shape }],
    });
    if (suspect !== undefined) this.#suspects.set(node, suspect);
    else this.#constants.set(key, node);
    return node;
  }

  #signed(tensor: tf.Tensor, positive: boolean): Port {
    const value = this.reference(tensor);
    if (positive) return value;
    const outputs = [{ type: dataTypes.float32, shape: [] }];
    const attributes = { T: { kind: "type", value: dataTypes.float32 } } as const;
    return port(this.graph.add({ op: "Neg", inputs: [value], attributes, outputs }));
  }
}

/** Whether an op draws random numbers from a seed, which is its second input. */
export const isDraw = ({ op }: Node): boolean => op.startsWith("StatelessRandom");

/** The element type and shape of a tensor. */
export const tensorType = (tensor: tf.Tensor): OutputType => ({
  type: dataTypeNumber(tensor.dtype),
  shape: tensor.shape,
});

function isUniform(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false;
  return true;
}
