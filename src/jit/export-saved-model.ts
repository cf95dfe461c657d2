import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { dataTypes } from "./data-type";
import { type Retraceable, traceForAnyBatch } from "./free-batch";
import { assignNode, Graph, type Node, type OutputType, type Port, placeholder, port } from "./graph";
import { openGraphSession } from "./graph-session";
import { addResults, doneNode, inOrder } from "./program-graph";
import { type Saver, type Signature, savedModelBytes } from "./protobuf";
import { tensorType } from "./recorder";
import type { Trace } from "./trace";

/** Options of `exportSavedModel()`. */
export interface ExportSavedModelOptions {
  /**
   * Whether the functions accept batches of any size, or only of the size of their last call; defaults to "any". The batch is the
   * first axis of a function's first tensor argument that has axes, and of all other arguments whose first axis has the same
   * size. An int32 tensor of shape [2] counts as a key of `rng()` and not as a batch, if possible.
   */
  batchSize?: "any" | "fixed";
}

const schema = optionsSchema<ExportSavedModelOptions>({ batchSize: oneOf("any", "fixed").optional() });

/**
 * Writes compiled functions to one SavedModel. Python's `tf.saved_model.load()`, TensorFlow Serving and
 * `tf.node.loadSavedModel()` can read it. The functions share their variables, which are saved with their current values.
 *
 * Each function becomes one signature. Its shapes are those of the last call, except for the batch size, which is free. To find
 * out how the graph depends on the batch size, the function is traced again for three batch sizes, with zeros as tensors.
 *
 * Inputs are named by their position in the arguments (`input_0`, `input_1_beta`), and outputs by their position in the result
 * (`output`, `output_0`, `rate`). A function that returns no tensors has the output `done`.
 *
 * @param directory the folder to write; it is created if it does not exist, and a model in it is replaced
 * @param functions compiled functions by the names of their signatures; each must have been called before
 * @throws ArgumentError for unknown options and an empty `functions`
 * @throws Error for a function that has not been called, and for a function whose graph depends on the batch size in a way that
 *   cannot be saved. Save the latter with `{ batchSize: "fixed" }`.
 */
export function exportSavedModel(
  directory: string,
  functions: Record<string, Retraceable>,
  options: ExportSavedModelOptions = {},
): void {
  checkOptions("exportSavedModel()", schema, options);
  const { batchSize = "any" } = options;
  if (Object.keys(functions).length === 0) {
    throw new ArgumentError(
      "exportSavedModel()",
      "functions",
      functions,
      "an object with at least one compiled function",
    );
  }
  const graph = new Graph();
  const stored = new Map<string, tf.Tensor>();
  const signatures: Record<string, Signature> = {};
  const freed: Trace[] = [];
  try {
    for (const [name, fn] of Object.entries(functions)) {
      const free = batchSize === "any" ? traceFree(name, fn) : undefined;
      if (free !== undefined) freed.push(free);
      signatures[name] = addFunction(graph, name, free ?? fn.lastTrace(), stored);
    }
    writeModel(directory, graph, signatures, stored);
  } finally {
    for (const { captures } of freed) tf.dispose([...captures.values()]);
  }
}

/** @throws Error that says why the batch size of a function cannot be free, and what to do */
function traceFree(name: string, fn: Retraceable): Trace | undefined {
  fn.lastTrace();
  try {
    return traceForAnyBatch(fn);
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
    throw new Error(
      `exportSavedModel(): "${name}" cannot be saved with a free batch size: ${why}. Use { batchSize: "fixed" } to save it for the shapes of its last call.`,
      { cause: error },
    );
  }
}

function writeModel(
  directory: string,
  graph: Graph,
  signatures: Record<string, Signature>,
  stored: Map<string, tf.Tensor>,
): void {
  const saver = stored.size === 0 ? undefined : addSaver(graph, stored);
  mkdirSync(join(directory, "variables"), { recursive: true });
  if (stored.size > 0) writeVariables(join(directory, "variables", "variables"), stored);
  writeFileSync(
    join(directory, "saved_model.pb"),
    savedModelBytes({ nodes: inOrder(new Set(graph.nodes)), signatures, saver }),
  );
}

/** Copies a trace into the shared graph. The names of its nodes begin with the prefix. */
function addFunction(graph: Graph, prefix: string, trace: Trace, stored: Map<string, tf.Tensor>): Signature {
  const own = new Graph();
  const outputs = addResults(own, trace);
  const captured = new Map<Node, string>();
  for (const [node, tensor] of trace.captures) {
    const name = `${prefix}/${node.name}`;
    captured.set(node, name);
    stored.set(name, tensor);
  }
  const sharedNameOf = new Map<Node, Node["attributes"]>();
  for (const { variable, handle } of trace.variables) {
    stored.set(variable.name, variable);
    sharedNameOf.set(handle, { shared_name: { kind: "string", value: variable.name } });
  }

  const copies = new Map<Node, Node>();
  const copied = (given: Port): Port => port(copies.get(given.node)!, given.index);
  for (const node of inOrder(new Set([...trace.inputs, ...own.nodes]))) {
    const name = `${prefix}/${node.name}`;
    const sharedName = captured.get(node);
    const copy = sharedName
      ? readOf(graph, name, sharedName, node.outputs[0]!)
      : graph.add({
          ...node,
          name,
          inputs: node.inputs.map(copied),
          after: node.after.map((n) => copies.get(n)!),
          attributes: { ...node.attributes, ...sharedNameOf.get(node) },
        });
    copies.set(node, copy);
  }
  const entry = (node: Node): OutputType & { tensor: string } => ({
    ...node.outputs[0]!,
    tensor: `${copies.get(node)!.name}:0`,
  });
  const names = trace.outputs.length === 0 ? ["done"] : trace.outputNames;
  return {
    inputs: Object.fromEntries(trace.inputs.map((node, i) => [trace.inputNames[i]!, entry(node)])),
    outputs: Object.fromEntries(outputs.map((node, i) => [names[i]!, entry(node)])),
  };
}

/** Reads a captured tensor that a program would be fed. It is saved like a variable. */
function readOf(graph: Graph, name: string, sharedName: string, type: OutputType): Node {
  const attributes = { dtype: { kind: "type", value: type.type } } as const;
  const handle = handleOf(graph, `${name}_handle`, sharedName, type);
  return graph.add({ op: "ReadVariableOp", name, inputs: [port(handle)], attributes, outputs: [type] });
}

function handleOf(graph: Graph, name: string, sharedName: string, { type, shape }: OutputType): Node {
  return graph.add({
    op: "VarHandleOp",
    name,
    attributes: {
      dtype: { kind: "type", value: type },
      shape: { kind: "shape", value: shape },
      shared_name: { kind: "string", value: sharedName },
    },
  });
}

/** Adds the nodes that restore the variables from the checkpoint in the model's folder. */
function addSaver(graph: Graph, stored: Map<string, tf.Tensor>): Saver {
  const names = [...stored.keys()];
  const types = [...stored.values()].map(tensorType);
  const inputs = checkpointInputs(graph, "model", names);
  const restored = graph.add({
    op: "RestoreV2",
    name: "save/restored",
    inputs: inputs.map((node) => port(node)),
    attributes: { dtypes: { kind: "types", value: types.map(({ type }) => type) } },
    outputs: types,
  });
  const assigns = names.map((name, i) =>
    assignNode(graph, handleOf(graph, `save/handle_${i}`, name, types[i]!), port(restored, i), []),
  );
  const restore = doneNode(graph, "save/restore_all", assigns);
  const path = `${inputs[0]!.name}:0`;
  return { filename: path, save: path, restore: restore.name };
}

/** Writes a checkpoint in TensorFlow's format, with TensorFlow's own op. */
function writeVariables(prefix: string, stored: Map<string, tf.Tensor>): void {
  const graph = new Graph();
  const names = [...stored.keys()];
  const types = [...stored.values()].map(tensorType);
  const values = types.map((type, i) => placeholder(graph, `value_${i}`, type));
  const save = graph.add({
    op: "SaveV2",
    inputs: [...checkpointInputs(graph, prefix, names), ...values].map((node) => port(node)),
    attributes: { dtypes: { kind: "types", value: types.map(({ type }) => type) } },
  });
  doneNode(graph, "done", [save]);
  const session = openGraphSession(savedModelBytes({ nodes: graph.nodes }));
  try {
    tf.dispose(session.run([...stored.values()], values.map(({ name }) => name).join(), "done"));
  } finally {
    session.dispose();
  }
}

/** The first inputs of the ops that write and read checkpoints: a path, the names of the tensors, and empty slices. */
function checkpointInputs(graph: Graph, path: string, names: string[]): Node[] {
  const text = (name: string, values: string[], shape: number[]): Node =>
    graph.add({
      op: "Const",
      name: `save/${name}`,
      attributes: {
        dtype: { kind: "type", value: dataTypes.string },
        value: { kind: "text", value: { shape, values } },
      },
      outputs: [{ type: dataTypes.string, shape }],
    });
  const shape = [names.length];
  return [text("path", [path], []), text("names", names, shape), text("slices", Array(names.length).fill(""), shape)];
}
