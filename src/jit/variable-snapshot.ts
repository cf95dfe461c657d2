import { tf } from "../runtime/tensorflow";
import { withRecorder } from "./active-recorder";
import { UntraceableError } from "./errors";
import { engine, nativeBackend } from "./native-backend";
import type { Recorder } from "./recorder";

/** The values of the variables when the trace began, and of new variables when they were made. */
export class VariableSnapshot {
  readonly #values = new Map<tf.Variable, tf.Tensor>();
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    for (const variable of Object.values(engine().registeredVariables)) this.add(variable);
  }

  add(variable: tf.Variable): void {
    // The recorder identifies tensors by their data, so a variable must not share its data with another tensor.
    if (nativeBackend().refCount(variable.dataId) > 1) {
      const own = copyOf(variable);
      variable.assign(own);
      own.dispose();
    }
    this.#recorder.variable(variable);
    this.#values.set(variable, tf.keep(aliasOf(variable)));
  }

  changed(): tf.Variable[] {
    return [...this.#values].filter(([variable, value]) => isChanged(variable, value)).map(([variable]) => variable);
  }

  restore(): void {
    for (const [variable, value] of this.#values) {
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value);
      value.dispose();
    }
  }
}

function isChanged(variable: tf.Variable, value: tf.Tensor): boolean {
  if (!variable.isDisposed) return variable.dataId !== value.dataId;
  throw new UntraceableError(
    `the variable ${variable.name} is disposed of inside the function`,
    "Dispose of it outside the function.",
    { call: "", line: "" },
  );
}

/** Another tensor with the same data. Unlike `clone()`, this does not add anything to a gradient tape. */
function aliasOf(variable: tf.Variable): tf.Tensor {
  const { dataId, shape, dtype } = variable;
  nativeBackend().tensorMap.get(dataId).refCount++;
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}

/** A tensor with the same value but its own data. TensorFlow shares the memory. */
export function copyOf(tensor: tf.Tensor): tf.Tensor {
  const backend = nativeBackend();
  const attributes = [
    { name: "T", type: backend.binding.TF_ATTR_TYPE, value: backend.tensorMap.get(tensor.dataId).dtype },
  ];
  return withRecorder(undefined, () => backend.executeSingleOutput("Identity", attributes, [tensor]));
}
