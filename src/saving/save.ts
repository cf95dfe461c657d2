import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ArgumentError } from "../runtime/argument-error";
import type { FactorySpec } from "../runtime/spec";
import { readTensorFile, writeTensorFile } from "../runtime/tensor-file";
import { tf } from "../runtime/tensorflow";
import { type Description, describeOptions, fromDescription } from "./describe-options";

const format = "elbo-lab model";
const version = 3;
const descriptionFile = "model.json";
const weightsFile = "weights.safetensors";

/** What can be saved: every model of the library. */
export interface Saveable {
  readonly spec: FactorySpec;
  variables(): tf.Variable[];
}

/** What model.json holds. */
interface Saved extends Description {
  format: string;
  version: number;
  /** The same in both files, so that files of two models are not taken for one. */
  id: string;
  factory: string;
}

/**
 * Saves a model to a folder: `model.json`, its options and networks, and `weights.safetensors`, its variables.
 *
 * Options without a description as plain data (an objective, a prior of your own) are named in `model.json`, and `load()`
 * asks for them.
 */
export async function save(model: Saveable, folder: string): Promise<void> {
  if (typeof model?.spec?.factory !== "string" || typeof model.variables !== "function") {
    throw new ArgumentError("save()", "model", model, "a model that a function of this library made");
  }
  const id = randomUUID();
  const { factory, options } = model.spec;
  const saved: Saved = { format, version, id, factory, ...describeOptions(options) };
  mkdirSync(folder, { recursive: true });
  const tensors = Object.fromEntries(model.variables().map((variable, i) => [String(i), variable]));
  writeTensorFile(path.join(folder, weightsFile), { tensors, metadata: { id } });
  writeFileSync(path.join(folder, descriptionFile), `${JSON.stringify(saved, null, 2)}\n`);
}

/**
 * Loads a model that `save()` saved: `await load("models/digits", vae)`.
 *
 * @param make the function that made it
 * @param given options that have no description, and any that are to be different
 * @throws Error naming the file that is missing, damaged or of another version, or the option that has to be given
 */
export async function load<Make extends (options: never) => Saveable>(
  folder: string,
  make: Make,
  given: Partial<Parameters<Make>[0]> = {},
): Promise<ReturnType<Make>> {
  if (typeof make !== "function")
    throw new ArgumentError("load()", "make", make, "the function that made the model: vae");
  const refuse = (why: string): Error => new Error(`load(): no model can be loaded from ${folder}: ${why}.`);
  for (const file of [descriptionFile, weightsFile]) {
    if (!existsSync(path.join(folder, file))) throw refuse(`${file} is missing`);
  }
  const saved = parse(readFileSync(path.join(folder, descriptionFile), "utf8"), refuse);
  if (saved.factory !== make.name) {
    throw refuse(`it was made by ${saved.factory}(), not by ${make.name}(): load(folder, ${saved.factory})`);
  }
  const missing = saved.undescribed.filter((name) => !(name in given));
  if (missing.length > 0) {
    const names = missing.join(", ");
    throw refuse(`its ${names} cannot be stored and must be given again: load(folder, ${saved.factory}, { ${names} })`);
  }
  const { tensors, metadata } = readTensorFile(path.join(folder, weightsFile));
  try {
    if (metadata.id !== saved.id) throw refuse(`${weightsFile} belongs to another model than ${descriptionFile}`);
    const options = { ...(await fromDescription(saved.options, refuse)), ...given };
    const model = make(options as never) as ReturnType<Make>;
    const variables = model.variables();
    const stored = Object.keys(tensors).length;
    if (stored !== variables.length) throw refuse(`it has ${variables.length} variables, and ${stored} were saved`);
    for (const [i, variable] of variables.entries()) variable.assign(tensors[String(i)] as tf.Tensor);
    return model;
  } finally {
    tf.dispose(tensors);
  }
}

function parse(text: string, refuse: (why: string) => Error): Saved {
  let saved: Saved;
  try {
    saved = JSON.parse(text) as Saved;
  } catch {
    throw refuse(`${descriptionFile} is not readable`);
  }
  if (saved.format !== format) throw refuse(`${descriptionFile} does not describe a model of elbo-lab`);
  if (saved.version !== version) {
    throw refuse(`it was saved in version ${saved.version} of the format, and this elbo-lab reads version ${version}`);
  }
  return saved;
}
