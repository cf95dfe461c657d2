import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { makerByName } from "./makers";

/** What can be described as JSON: numbers, texts, arrays, plain objects, networks, and what has a `spec`. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Options as plain data, and the names of those that have no description (functions, distributions, tensors). */
export interface Description {
  options: Readonly<Record<string, Json>>;
  undescribed: readonly string[];
}

/** Describes options, so that `fromDescription` makes the same again. */
export function describeOptions(options: Readonly<Record<string, unknown>>): Description {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const described = given.map(([name, value]) => [name, describe(value)] as const);
  return {
    options: Object.fromEntries(described.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    undescribed: described.flatMap(([name, value]) => (value === undefined ? [name] : [])),
  };
}

/** Undefined for what has no description. */
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

/** What a function of this library made; what another made has no description. */
function describeMade(spec: FactorySpec): Json | undefined {
  if (!(spec.factory in makerByName)) return undefined;
  const { options, undescribed } = describeOptions(spec.options);
  return undescribed.length === 0 ? { spec: spec.factory, options } : undefined;
}

const allOf = (values: readonly (Json | undefined)[]): Json[] | undefined =>
  values.some((value) => value === undefined) ? undefined : (values as Json[]);

/** Options made from a description, with the networks that were made for them: the caller's to dispose of. */
export interface MadeOptions {
  readonly options: Record<string, unknown>;
  readonly networks: readonly tf.LayersModel[];
}

/**
 * Makes options from their description.
 *
 * @param refuse makes the error for what is not known here
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
    if (maker === undefined) throw refuse(`it was made with "${spec}", which is not known here`);
    return maker((await makeAll(nested as Record<string, Json>)) as never);
  };
  return { options: await makeAll(options), networks };
}
