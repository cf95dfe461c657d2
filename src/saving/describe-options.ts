import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { makerByName } from "./makers";

/** The JSON description of a value. Numbers, strings, arrays, plain objects, networks, and objects with a `spec` have one. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Options as plain data, and the names of options without a description (functions, distributions, tensors). */
export interface Description {
  options: Readonly<Record<string, Json>>;
  undescribed: readonly string[];
}

/** Describes options, so that `fromDescription` can create them again. */
export function describeOptions(options: Readonly<Record<string, unknown>>): Description {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const described = given.map(([name, value]) => [name, describe(value)] as const);
  return {
    options: Object.fromEntries(described.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    undescribed: described.flatMap(([name, value]) => (value === undefined ? [name] : [])),
  };
}

/** The description of a value, or undefined if it has none. */
function describe(value: unknown): Json | undefined {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return allOf(value.map(describe));
  if (typeof value !== "object" || value === undefined) return undefined;
  if (value instanceof tf.LayersModel) return { network: value.toJSON(null, false) as { [key: string]: Json } };
  const spec = (value as { spec?: FactorySpec }).spec;
  if (spec !== undefined) return describeMade(spec);
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const values = allOf(entries.map(([, each]) => describe(each)));
  return values && { plain: Object.fromEntries(entries.map(([name], i) => [name, values[i] as Json])) };
}

/** The description of an object that a function of this library created. Other objects have none. */
function describeMade(spec: FactorySpec): Json | undefined {
  if (!(spec.factory in makerByName)) return undefined;
  const { options, undescribed } = describeOptions(spec.options);
  return undescribed.length === 0 ? { spec: spec.factory, options } : undefined;
}

const allOf = (values: readonly (Json | undefined)[]): Json[] | undefined =>
  values.some((value) => value === undefined) ? undefined : (values as Json[]);

/** Options created from a description, with the networks created for them. The caller must dispose of the networks. */
export interface MadeOptions {
  readonly options: Record<string, unknown>;
  readonly networks: readonly tf.LayersModel[];
}

/**
 * Creates options from their description.
 *
 * @param refuse creates the error for an unknown function
 */
export async function fromDescription(
  options: Readonly<Record<string, Json>>,
  refuse: (why: string) => Error,
): Promise<MadeOptions> {
  const networks: tf.LayersModel[] = [];
  const makeAll = async (values: Readonly<Record<string, Json>>): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      await Promise.all(Object.entries(values).map(async ([name, value]) => [name, await make(value)] as const)),
    );
  const make = async (value: Json): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(make));
    if (value === null || typeof value !== "object") return value;
    const { network, spec, options: nested, plain } = value as { [key: string]: Json };
    if (network !== undefined) {
      const made = await tf.models.modelFromJSON({ modelTopology: network } as never);
      networks.push(made);
      return made;
    }
    if (plain !== undefined) return makeAll(plain as Record<string, Json>);
    const maker = makerByName[spec as string];
    if (maker === undefined) throw refuse(`it was created with "${spec}", which this version does not know`);
    return maker((await makeAll(nested as Record<string, Json>)) as never);
  };
  return { options: await makeAll(options), networks };
}
