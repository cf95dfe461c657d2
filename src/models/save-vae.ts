import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readTensorFile, writeTensorFile } from "../runtime/tensor-file";
import { tf } from "../runtime/tensorflow";
import type { Likelihood } from "./likelihood";
import { likelihoods } from "./likelihoods";
import { type Vae, vae } from "./vae";

const format = "elbo-lab vae";
const version = 1;
const descriptionFile = "model.json";
const weightsFile = "weights.safetensors";

/** What model.json holds. */
interface Description {
  format: string;
  version: number;
  /** The same in both files, so that files of two models are not taken for one. */
  id: string;
  data: readonly number[];
  latent: number;
  beta: number;
  likelihood: Likelihood["made"];
  prior: string;
  encoder: object;
  decoder: object;
}

/**
 * Saves a model to a folder: `model.json`, its shape and networks, and `weights.safetensors`, its variables.
 *
 * @throws Error for a prior other than N(0, I), which has no description as plain data
 */
export async function saveVae(model: Vae, folder: string): Promise<void> {
  const { mean, logVar } = parametersOf(model);
  if (mean !== 0 || logVar !== 0) {
    throw new Error(`saveVae(): only models with the prior N(0, I) can be saved; this one has ${model.prior.family}.`);
  }
  const id = randomUUID();
  const description: Description = {
    format,
    version,
    id,
    data: model.dataShape,
    latent: model.latent,
    beta: model.beta,
    likelihood: model.likelihood.made,
    prior: "standardNormal",
    encoder: model.encoder.toJSON(null, false) as object,
    decoder: model.decoder.toJSON(null, false) as object,
  };
  mkdirSync(folder, { recursive: true });
  const tensors = Object.fromEntries(model.variables().map((variable, i) => [String(i), variable]));
  writeTensorFile(path.join(folder, weightsFile), { tensors, metadata: { id } });
  writeFileSync(path.join(folder, descriptionFile), `${JSON.stringify(description, null, 2)}\n`);
}

/**
 * Loads a model that `saveVae` saved.
 *
 * @throws Error naming the file that is missing, damaged, or of another version
 */
export async function loadVae(folder: string): Promise<Vae> {
  const refuse = (why: string): Error => new Error(`loadVae(): no model can be loaded from ${folder}: ${why}.`);
  for (const file of [descriptionFile, weightsFile]) {
    if (!existsSync(path.join(folder, file))) throw refuse(`${file} is missing`);
  }
  const saved = parse(readFileSync(path.join(folder, descriptionFile), "utf8"), refuse);
  const makeLikelihood = likelihoods[saved.likelihood.by];
  if (makeLikelihood === undefined) throw refuse(`its likelihood is "${saved.likelihood.by}", which is not known here`);
  const { tensors, metadata } = readTensorFile(path.join(folder, weightsFile));
  try {
    if (metadata.id !== saved.id) throw refuse(`${weightsFile} belongs to another model than ${descriptionFile}`);
    const model = vae({
      data: saved.data,
      latent: saved.latent,
      beta: saved.beta,
      likelihood: makeLikelihood(saved.likelihood.options as never),
      encoder: await network(saved.encoder),
      decoder: await network(saved.decoder),
      encoderHead: false,
      decoderHead: false,
    });
    for (const [i, variable] of model.variables().entries()) variable.assign(tensors[String(i)] as tf.Tensor);
    return model;
  } finally {
    tf.dispose(tensors);
  }
}

function parse(text: string, refuse: (why: string) => Error): Description {
  let saved: Description;
  try {
    saved = JSON.parse(text) as Description;
  } catch {
    throw refuse(`${descriptionFile} is not readable`);
  }
  if (saved.format !== format) throw refuse(`${descriptionFile} does not describe a model of elbo-lab`);
  if (saved.version !== version) {
    throw refuse(`it was saved in version ${saved.version} of the format, and this elbo-lab reads version ${version}`);
  }
  return saved;
}

const network = (topology: object): Promise<tf.LayersModel> =>
  tf.models.modelFromJSON({ modelTopology: topology } as never);

/** The parameters of a prior, where it is a normal distribution. */
const parametersOf = ({ prior }: Vae): { mean?: unknown; logVar?: unknown } =>
  prior.family === "normal" ? (prior as unknown as { parameters: object }).parameters : {};
