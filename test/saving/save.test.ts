import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { normal } from "../../src/distributions/normal";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { autoencoder } from "../../src/models/autoencoder";
import { type ObjectiveTerms, type Vae, vae } from "../../src/models/vae";
import { elbo } from "../../src/objectives/elbo";
import { freeBits } from "../../src/objectives/free-bits";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { load, save } from "../../src/saving/save";

describe("save() and load()", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
  const file = (name: string) => path.join(folder, name);
  let model: Vae;
  const x = rng(3).normal([5, 12]);
  beforeAll(async () => {
    model = vae({ dataShape: 12, latentDim: 3, hidden: [8, 4], beta: 0.5, likelihood: gaussianLikelihood(), seed: 7 });
    model.likelihood.variables[0]?.assign(tf.scalar(-0.7));
    await save(model, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a loaded model computes the same numbers", async () => {
    const loaded = await load(folder, vae);
    for (const of of [model, loaded]) expect(of.summary()).toMatch(/trained parameters/);
    const terms = (of: Vae) => tf.tidy(() => Object.values(of.terms(x, rng(0))).map((term) => [...term.dataSync()]));
    expect(terms(loaded)).toEqual(terms(model));
    expect([loaded.beta, loaded.latentDim, loaded.dataShape]).toEqual([0.5, 3, [12]]);
  });

  const changed = async (name: string, change: (text: string) => string | undefined): Promise<unknown> => {
    const bytes = readFileSync(file(name));
    const text = change(bytes.toString("latin1"));
    if (text === undefined) rmSync(file(name));
    else writeFileSync(file(name), Buffer.from(text, "latin1"));
    try {
      return await load(folder, vae).catch((error: Error) => error.message);
    } finally {
      writeFileSync(file(name), bytes);
    }
  };

  test.each<[string, string, (text: string) => string | undefined, RegExp]>([
    ["a missing description", "model.json", () => undefined, /model\.json is missing/],
    ["missing weights", "weights.safetensors", () => undefined, /weights\.safetensors is missing/],
    ["another version", "model.json", (t) => t.replace('"version": 3', '"version": 1'), /version 1 .* reads version 3/],
    ["another kind of file", "model.json", (t) => t.replace("elbo-lab model", "keras"), /does not describe a model/],
    ["half a description", "model.json", (t) => t.slice(0, 100), /model\.json is not readable/],
    ["another likelihood", "model.json", (t) => t.replace("gaussianL", "poissonL"), /"poissonLikelihood".* not known/],
    ["another model's weights", "model.json", (t) => t.replace(/"id": "./, '"id": "x'), /belongs to another model/],
    ["altered weights", "weights.safetensors", (t) => `${t.slice(0, -1)}\u0001`, /checksum/],
    ["weights cut off", "weights.safetensors", (t) => t.slice(0, t.length / 2), /cannot be used/],
  ])("%s gives an error that says so", async (_case, name, change, message) => {
    expect(await changed(name, change)).toMatch(message);
  });

  test("options without a description are asked for when the model is loaded", async () => {
    const own = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    try {
      const prior = normal({ mean: tf.ones([1, 3]), logVar: 0 });
      const objective = ({ distortion, ratePerDimension }: ObjectiveTerms) =>
        elbo({ distortion, rate: freeBits(ratePerDimension(), { floor: 0.1 }) });
      await save(vae({ dataShape: 4, latentDim: 3, hidden: [5], prior, objective }), own);
      await expect(load(own, vae)).rejects.toThrow(
        "its prior, objective cannot be stored and must be given again: load(folder, vae, { prior, objective })",
      );
      expect((await load(own, vae, { prior, objective })).prior).toBe(prior);
    } finally {
      rmSync(own, { recursive: true });
    }
  });

  test("a model is loaded by the function that made it", async () => {
    await expect(load(folder, autoencoder)).rejects.toThrow(
      "it was made by vae(), not by autoencoder(): load(folder, vae)",
    );
  });
});
