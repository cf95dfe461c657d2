/**
 * How an object was created: the public function and its options. A saved model stores this as plain data. The options may
 * contain networks, and objects with a spec of their own, such as a likelihood.
 */
export interface FactorySpec {
  readonly factory: string;
  readonly options: Readonly<Record<string, unknown>>;
}
