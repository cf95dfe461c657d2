import { tf } from "../runtime/tensorflow";

/** The parts of tfjs-node and of the engine of tfjs that this folder uses and that their public types do not contain. */

/** An attribute of an op, as the kernels of tfjs-node pass it to TensorFlow. */
export interface BindingAttribute {
  name: string;
  /** One of the binding's TF_ATTR_… numbers. */
  type: number;
  value: unknown;
}

export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

export interface Binding extends Record<string, unknown> {
  TF_ATTR_STRING: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_TYPE: number;
  TF_ATTR_SHAPE: number;
  loadSavedModel(directory: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputIds: number[], inputs: string, outputs: string): TensorMetadata[];
  deleteTensor(id: number): void;
}

/** The backend's record of the data of a tensor. */
export interface TensorData {
  shape: number[];
  dtype: number;
  /** TensorFlow's handle; −1 while the values exist only in JavaScript, in `values`. */
  id: number;
  values: ArrayLike<number> | null;
  refCount: number;
}

export interface NativeBackend {
  binding: Binding;
  tensorMap: {
    get(dataId: object): TensorData;
    set(dataId: object, data: TensorData): void;
    has(dataId: object): boolean;
  };
  executeSingleOutput(op: string, attributes: BindingAttribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(op: string, attributes: BindingAttribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  readSync(dataId: object): Float32Array | Int32Array | Uint8Array;
  read(dataId: object): Promise<Float32Array | Int32Array | Uint8Array>;
  write(values: ArrayLike<number>, shape: number[], dtype: tf.DataType): object;
  disposeData(dataId: object, force?: boolean): boolean;
  refCount(dataId: object): number;
}

export interface Engine {
  state: { gradientDepth: number; kernelDepth: number; activeTape: { saved: tf.Tensor[] }[] | null };
  registeredVariables: Record<string, tf.Variable>;
  makeVariable(initial: tf.Tensor, trainable?: boolean, name?: string, dtype?: tf.DataType): tf.Variable;
  makeTensorFromTensorInfo(info: { dataId: object; shape: number[]; dtype: tf.DataType }): tf.Tensor;
}

/** The native backend. Throws an Error if the process uses another backend. */
export function nativeBackend(): NativeBackend {
  if (tf.getBackend() !== "tensorflow") {
    throw new Error(`jit() needs the native backend, but tf.getBackend() is "${tf.getBackend()}".`);
  }
  return tf.backend() as unknown as NativeBackend;
}

export const engine = (): Engine => tf.engine() as unknown as Engine;
