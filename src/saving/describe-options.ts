import { likelihoods } from "../likelihoods/likelihoods";
import { latentPriors } from "../priors/latent-priors";
import type { FactorySpec } from "../runtime/spec";
import { tf } from "../runtime/tensorflow";
import { vaes } from "./vaes";

/** Whatever may stand among the options of a model and has a `made`, by the name of the function that makes it. */
const makers: Readonly<Record<string, (options: never) => unknown>> = { ...likelihoods, ...latentPriors, ...vaes };

/** What can be described as JSON: numbers, texts, arrays, plain objects, networks, and what has a `made`. */
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
  if (spec !== undefined) {
    const { options, undescribed } = describeOptions(spec.options);
    return undescribed.length === 0 ? { spec: spec.factory, options } : undefined;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const values = allOf(entries.map(([, each]) => describe(each)));
  return values && { plain: Object.fromEntries(entries.map(([name], i) => [name, values[i] as Json])) };
}

const allOf = (values: readonly (Json | undefined)[]): Json[] | undefined =>
  values.some((value) => value === undefined) ? undefined : (values as Json[]);

/**
 * Makes options from their description.
 *
 * @param refuse makes the error for what is not known here
 */
export async function fromDescription(
  options: Readonly<Record<string, Json>>,
  refuse: (why: string) => Error,
): Promise<Record<string, unknown>> {
  const make = async (value: Json): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(make));
    if (value === null || typeof value !== "object") return value;
    const { network, spec, options: nested, plain } = value as { [key: string]: Json };
    if (network !== undefined) return tf.models.modelFromJSON({ modelTopology: network } as never);
    if (plain !== undefined) return fromDescription(plain as Record<string, Json>, refuse);
    const maker = makers[spec as string];
    if (maker === undefined) throw refuse(`it was made with "${spec}", which is not known here`);
    return maker((await fromDescription(nested as Record<string, Json>, refuse)) as never);
  };
  const entries = await Promise.all(
    Object.entries(options).map(async ([name, value]) => [name, await make(value)] as const),
  );
  return Object.fromEntries(entries);
}
