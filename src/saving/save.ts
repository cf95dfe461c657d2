import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Displayable, displaySymbol } from "../display/mime-bundle";
import { factsBundle } from "../display/table";
import { ArgumentError } from "../runtime/argument-error";
import { checkValue } from "../runtime/check-value";
import { text } from "../runtime/rules";
import { readTensorFile, writeTensorFile } from "../runtime/tensor-file";
import { tf } from "../runtime/tensorflow";
import { type Description, describeOptions, fromDescription } from "./describe-options";
import type { Saveable } from "./saveable";

const format = "elbo-lab model";
const version = 4;
const descriptionFile = "model.json";
const weightsFile = "weights.safetensors";

/** The content of model.json. */
interface Saved extends Description {
  format: string;
  version: number;
  /** An id that is the same in both files, which detects files from two different models. */
  id: string;
  factory: string;
}

/** The result of `save()`. */
export interface SavedModel extends Displayable {
  readonly folder: string;
  /** The options that cannot be stored as plain data and must be passed to `load()` again. */
  readonly given: readonly string[];
}

/**
 * Saves a model to a folder: `model.json` contains its options and networks, `weights.safetensors` its variables.
 *
 * Options that cannot be stored as plain data (a custom objective, prior or likelihood) are named in `model.json` and in a
 * warning. You must pass them to `load()` again.
 *
 * @returns the information that `load()` needs; it has a display in a cell
 * @throws ArgumentError for an object that is not a model of this library, and for an empty folder name
 */
export async function save(model: Saveable, folder: string): Promise<SavedModel> {
  const where = "save()";
  if (typeof model?.spec?.factory !== "string" || typeof model.variables !== "function") {
    throw new ArgumentError(where, "model", model, "a model that a function of this library made: save(model, folder)");
  }
  checkValue(where, "folder", folder, text);
  const id = randomUUID();
  const { factory, options } = model.spec;
  const description = describeOptions(options);
  const saved: Saved = { format, version, id, factory, ...description };
  mkdirSync(folder, { recursive: true });
  const tensors = Object.fromEntries(model.variables().map((variable, i) => [String(i), variable]));
  writeTensorFile(path.join(folder, weightsFile), { tensors, metadata: { id } });
  writeFileSync(path.join(folder, descriptionFile), `${JSON.stringify(saved, null, 2)}\n`);
  return report(folder, factory, description.undescribed);
}

function report(folder: string, factory: string, given: readonly string[]): SavedModel {
  const names = given.join(", ");
  const call = `await load(${JSON.stringify(folder)}, ${factory}${given.length === 0 ? "" : `, { ${names} }`})`;
  if (given.length > 0) {
    console.warn(`save(): ${names} cannot be stored. To load the model, give the same again: ${call}`);
  }
  return {
    folder,
    given,
    [displaySymbol]: () => factsBundle("saved model", { folder, "load it with": call }),
  };
}

/**
 * Loads a model that `save()` saved: `await load("models/digits", vae)`.
 *
 * @param make the function that created the model
 * @param given options that could not be stored, and options to replace; they are used unchanged
 * @returns the model; its `dispose()` also frees the networks that `load()` created
 * @throws Error naming the file that is missing, damaged or from another version, or the option that must be passed
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
    const stored = Object.entries(saved.options).filter(([name]) => !(name in given));
    const { options, networks } = await fromDescription(Object.fromEntries(stored), refuse);
    const model = make({ ...options, ...given } as never) as ReturnType<Make>;
    assign(model, tensors, refuse);
    return withNetworks(model, networks);
  } finally {
    tf.dispose(tensors);
  }
}

function assign(model: Saveable, tensors: Record<string, tf.Tensor>, refuse: (why: string) => Error): void {
  const variables = model.variables();
  const shapes = (all: readonly tf.Tensor[]): string => all.map(({ shape }) => `[${shape}]`).join(" ");
  const stored = variables.map((_, i) => tensors[String(i)]).filter((tensor) => tensor !== undefined);
  const count = Object.keys(tensors).length;
  if (count !== variables.length) throw refuse(`it has ${variables.length} variables, and ${count} were saved`);
  if (shapes(stored) !== shapes(variables)) {
    throw refuse(`its variables have the shapes ${shapes(variables)}, and ${shapes(stored)} were saved`);
  }
  for (const [i, variable] of variables.entries()) variable.assign(stored[i] as tf.Tensor);
}

/**
 * Extends the model's `dispose()` to free the networks created by `load()`, because a model does not free networks that
 * it receives.
 */
function withNetworks<Model extends Saveable>(model: Model, networks: readonly tf.LayersModel[]): Model {
  let disposed = false;
  return {
    ...model,
    dispose() {
      if (disposed) return;
      disposed = true;
      model.dispose();
      for (const network of networks) if (isAlive(network)) network.dispose();
    },
  };
}

/** Whether a network is not disposed: tfjs throws when it reads the weights of a disposed one. */
function isAlive(network: tf.LayersModel): boolean {
  try {
    for (const weight of network.weights) weight.read();
    return true;
  } catch {
    return false;
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
