import { tf } from "../runtime/tensorflow";
import { activeRecorder } from "./active-recorder";
import { findPlace, UntraceableError } from "./errors";
import { engine, nativeBackend } from "./native-backend";
import { patch } from "./patch";
import type { Recorder } from "./recorder";
import type { VariableSnapshot } from "./variable-snapshot";

/** Connects a recorder to tfjs and its backend, one hook per iteration. Each item removes the hook that was just installed. */
export function* hooks(
  recorder: Recorder,
  variables: VariableSnapshot,
  optimizerSteps: Map<tf.Optimizer, number>,
): Iterable<() => void> {
  const backend = nativeBackend();
  const { executeSingleOutput, executeMultipleOutputs, write, readSync, read } = backend;
  let checking = false;
  const refuseReading = (dataId: object): void => {
    if (activeRecorder() !== undefined && !checking && recorder.isTraced(dataId)) {
      throw new UntraceableError(
        "{op} reads the value of a tensor that depends on the arguments or on a variable",
        "Tensors have no values yet while a function is traced. Return the tensor and read it outside, use tf.where() " +
          "for decisions that depend on its value, and print outside.",
        findPlace(),
      );
    }
  };
  yield patch(backend, {
    executeSingleOutput(op, attributes, inputs) {
      const output = executeSingleOutput.call(backend, op, attributes, inputs);
      if (activeRecorder() !== undefined) recorder.op(op, attributes, inputs, [output]);
      return output;
    },
    executeMultipleOutputs(op, attributes, inputs, count) {
      const outputs = executeMultipleOutputs.call(backend, op, attributes, inputs, count);
      if (activeRecorder() !== undefined) recorder.op(op, attributes, inputs, outputs);
      return outputs;
    },
    write(values, shape, dtype) {
      const dataId = write.call(backend, values, shape, dtype);
      if (activeRecorder() !== undefined) recorder.literal(dataId, values, dtype);
      return dataId;
    },
    readSync(dataId) {
      refuseReading(dataId);
      return readSync.call(backend, dataId);
    },
    read(dataId) {
      refuseReading(dataId);
      return read.call(backend, dataId);
    },
  });

  // This is the only kernel of tfjs-node that reads values. It checks the indices, which TensorFlow checks again.
  const gather = tf.getKernel("GatherV2", "tensorflow");
  const { kernelFunc } = gather;
  yield patch(gather, {
    kernelFunc(parameters) {
      checking = true;
      try {
        return kernelFunc(parameters);
      } finally {
        checking = false;
      }
    },
  });

  const theEngine = engine();
  const { makeVariable } = theEngine;
  yield patch(theEngine, {
    makeVariable(initial, trainable, name, dtype) {
      const variable = makeVariable.call(theEngine, initial, trainable, name, dtype);
      variables.add(variable);
      return variable;
    },
  });

  yield patch(tf.Tensor.prototype as { valueOf(): unknown }, {
    valueOf() {
      if (activeRecorder() === undefined) return this;
      throw new UntraceableError(
        "JavaScript computes with a tensor as if it were a number (an operator such as * or <, or Math)",
        "While a function is traced, its number arguments are tensors. Write tf.mul(2, beta) instead of 2 * beta.",
        findPlace(),
      );
    },
  });

  const { random } = Math;
  yield patch(Math, {
    random() {
      recorder.randomDraw = findPlace();
      return random();
    },
  });

  const steps = tf.Optimizer.prototype as unknown as { incrementIterations(this: tf.Optimizer): void };
  const { incrementIterations } = steps;
  yield patch(steps, {
    incrementIterations(this: tf.Optimizer) {
      optimizerSteps.set(this, (optimizerSteps.get(this) ?? 0) + 1);
      incrementIterations.call(this);
    },
  });
}
