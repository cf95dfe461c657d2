import { createRequire } from "node:module";
import type { Attribute, AttributeKind, AttributeValues, TensorValue } from "./attribute";
import { dataTypeName, dataTypes } from "./data-type";
import { type Node, type OutputType, printPort } from "./graph";

/** Graphs as TensorFlow's protocol buffers, with the message classes that are part of tfjs-node. */

/** The members of the generated message classes that this file uses: setters and maps. Each class has only some of them. */
interface Message {
  serializeBinary(): Uint8Array;
  [setter: `set${string}`]: (value: unknown) => void;
  getAttrMap(): MessageMap;
  getRetMap(): MessageMap;
  getSignatureDefMap(): MessageMap;
  getInputsMap(): MessageMap;
  getOutputsMap(): MessageMap;
}
interface MessageMap {
  set(key: string, value: unknown): void;
}
type MessageClass = new () => Message;
type Messages = Record<
  | "FunctionDef"
  | "FunctionDefLibrary"
  | "GraphDef"
  | "NameAttrList"
  | "NodeDef"
  | "OpDef"
  | "SaverDef"
  | "SavedModel"
  | "SignatureDef"
  | "Tensor"
  | "TensorInfo"
  | "VersionDef",
  MessageClass
> & {
  AttrValue: MessageClass & { ListValue: MessageClass };
  OpDef: MessageClass & { ArgDef: MessageClass };
  MetaGraphDef: MessageClass & { MetaInfoDef: MessageClass };
  TensorShape: MessageClass & { Dim: MessageClass };
};

const messages = createRequire(__filename)("@tensorflow/tfjs-node/dist/proto/api_pb.js") as Messages;

/** The version of the graph format, which TensorFlow 2.9 and later can read. */
const graphProducer = 987;

/** A message with the given fields. An array sets a repeated field. */
function message(Class: MessageClass, fields: Record<string, unknown>): Message {
  const made = new Class();
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const setter = `set${field}${Array.isArray(value) ? "List" : ""}` as const;
    if (typeof made[setter] !== "function") throw new Error(`No protocol buffer field ${field}.`);
    made[setter](value);
  }
  return made;
}

const shapeMessage = (shape: readonly number[]): Message =>
  message(messages.TensorShape, { Dim: shape.map((Size) => message(messages.TensorShape.Dim, { Size })) });

/** Typed arrays with the memory layout of TensorFlow's element types. */
const elementArrays = new Map<number, (values: ArrayLike<number>) => Float32Array | Int32Array | Uint8Array>([
  [dataTypes.float32, (values) => Float32Array.from(values)],
  [dataTypes.int32, (values) => Int32Array.from(values)],
  [dataTypes.bool, (values) => Uint8Array.from(values)],
]);

function tensorMessage({ type, shape, values }: TensorValue): Message {
  const elements = elementArrays.get(type)?.(values);
  if (elements === undefined) throw new Error(`jit(): constants of type ${dataTypeName(type)} are not supported.`);
  const TensorContent = new Uint8Array(elements.buffer);
  return message(messages.Tensor, { Dtype: type, TensorShape: shapeMessage(shape), TensorContent });
}

const textMessage = ({ shape, values }: AttributeValues["text"]): Message =>
  message(messages.Tensor, {
    Dtype: dataTypes.string,
    TensorShape: shapeMessage(shape),
    StringVal: values.map((text) => Buffer.from(text)),
  });

const list = (field: string) => (value: unknown) => ({
  List: message(messages.AttrValue.ListValue, { [field]: value }),
});

/** Converts each kind of attribute to the fields of its AttrValue. */
const attributeFields: { [Kind in AttributeKind]: (value: AttributeValues[Kind]) => Record<string, unknown> } = {
  string: (value) => ({ S: Buffer.from(value) }),
  int: (value) => ({ I: value }),
  ints: list("I"),
  float: (value) => ({ F: value }),
  floats: list("F"),
  bool: (value) => ({ B: value }),
  bools: list("B"),
  type: (value) => ({ Type: value }),
  types: list("Type"),
  shape: (value) => ({ Shape: shapeMessage(value) }),
  tensor: (value) => ({ Tensor: tensorMessage(value) }),
  text: (value) => ({ Tensor: textMessage(value) }),
  function: (value) => ({ Func: message(messages.NameAttrList, { Name: value }) }),
};

function attributeMessage({ kind, value }: Attribute): Message {
  const fields = attributeFields[kind] as (value: unknown) => Record<string, unknown>;
  return message(messages.AttrValue, fields(value));
}

function nodeMessage(node: Node, inputName: (node: Node, input: number) => string): Message {
  const made = message(messages.NodeDef, {
    Name: node.name,
    Op: node.op,
    Input: [...node.inputs.map((_, i) => inputName(node, i)), ...node.after.map(({ name }) => `^${name}`)],
  });
  for (const [key, attribute] of Object.entries(node.attributes))
    made.getAttrMap().set(key, attributeMessage(attribute));
  return made;
}

/** A function in the library of a graph: parameters, a body and results. */
export interface GraphFunction {
  name: string;
  body: Node[];
  parameters: { name: string; type: number }[];
  results: { name: string; type: number; from: string }[];
  /** The name of an input of a node in the body: `node:output:index`, or the name of a parameter. */
  inputName(node: Node, input: number): string;
}

function functionMessage({ name, body, parameters, results, inputName }: GraphFunction): Message {
  const argument = (a: { name: string; type: number }) =>
    message(messages.OpDef.ArgDef, { Name: a.name, Type: a.type });
  const Signature = message(messages.OpDef, {
    Name: name,
    InputArg: parameters.map(argument),
    OutputArg: results.map(argument),
  });
  const made = message(messages.FunctionDef, {
    Signature,
    NodeDef: body.map((node) => nodeMessage(node, inputName)),
  });
  for (const result of results) made.getRetMap().set(result.name, result.from);
  return made;
}

/** A signature of a saved graph: its inputs and outputs, by name. */
export interface Signature {
  inputs: Record<string, OutputType & { tensor: string }>;
  outputs: Record<string, OutputType & { tensor: string }>;
}

/** The names of the nodes that restore the variables of a saved model. */
export interface Saver {
  filename: string;
  save: string;
  restore: string;
}

export interface SavedModelParts {
  nodes: Iterable<Node>;
  functions?: GraphFunction[];
  signatures?: Record<string, Signature>;
  saver?: Saver | undefined;
}

/** The bytes of a saved_model.pb with the tag "serve". */
export function savedModelBytes({ nodes, functions = [], signatures = {}, saver }: SavedModelParts): Uint8Array {
  const graph = message(messages.GraphDef, {
    Node: [...nodes].map((node) => nodeMessage(node, (n, i) => printPort(n.inputs[i]!))),
    Versions: message(messages.VersionDef, { Producer: graphProducer }),
    Library: message(messages.FunctionDefLibrary, { Function: functions.map(functionMessage) }),
  });
  const meta = message(messages.MetaGraphDef, {
    MetaInfoDef: message(messages.MetaGraphDef.MetaInfoDef, { Tags: ["serve"] }),
    GraphDef: graph,
    SaverDef:
      saver &&
      message(messages.SaverDef, {
        FilenameTensorName: saver.filename,
        SaveTensorName: saver.save,
        RestoreOpName: saver.restore,
        // SaverDef.CheckpointFormatVersion.V2
        Version: 2,
      }),
  });
  for (const [name, signature] of Object.entries(signatures)) {
    meta.getSignatureDefMap().set(name, signatureMessage(signature));
  }
  return message(messages.SavedModel, { SavedModelSchemaVersion: 1, MetaGraphs: [meta] }).serializeBinary();
}

function signatureMessage({ inputs, outputs }: Signature): Message {
  const made = message(messages.SignatureDef, { MethodName: "tensorflow/serving/predict" });
  const info = ({ tensor, type, shape }: Signature["inputs"][string]) =>
    message(messages.TensorInfo, { Name: tensor, Dtype: type, TensorShape: shapeMessage(shape) });
  for (const [name, input] of Object.entries(inputs)) made.getInputsMap().set(name, info(input));
  for (const [name, output] of Object.entries(outputs)) made.getOutputsMap().set(name, info(output));
  return made;
}
