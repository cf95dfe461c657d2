/**
 * How a thing was made: by which public function, with which options. A saved model holds this as plain data; networks may
 * stand among the options, and things that were themselves made so (a likelihood).
 */
export interface FactorySpec {
  readonly factory: string;
  readonly options: Readonly<Record<string, unknown>>;
}
