import type { FactorySpec } from "../runtime/spec";
import type { tf } from "../runtime/tensorflow";

/** An object that can be saved: every model of the library. */
export interface Saveable {
  readonly spec: FactorySpec;
  variables(): tf.Variable[];
  dispose(): void;
}
