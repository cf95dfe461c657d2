import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { displaySymbol } from "../../src/display/mime-bundle";
import { normal } from "../../src/distributions/normal";
import { supports } from "../../src/distributions/support";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import type { Likelihood } from "../../src/likelihoods/likelihood";
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
    ["another version", "model.json", (t) => t.replace('"version": 4', '"version": 1'), /version 1 .* reads version 4/],
    ["another kind of file", "model.json", (t) => t.replace("elbo-lab model", "keras"), /does not describe a model/],
    ["half a description", "model.json", (t) => t.slice(0, 100), /model\.json is not readable/],
    [
      "another likelihood",
      "model.json",
      (t) => t.replace("gaussianL", "poissonL"),
      /"poissonLikelihood".* does not know/,
    ],
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
      expect((await load(own, vae, { prior, objective })).prior.distribution()).toBe(prior);
    } finally {
      rmSync(own, { recursive: true });
    }
  });

  test.each<[string, object]>([
    ["with a spec", { spec: { factory: "ownLikelihood", options: { scale: 2 } } }],
    ["without one", {}],
  ])("a likelihood of one's own %s is asked for, and what is given is used", async (_, spec) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    try {
      const own: Likelihood = {
        ...spec,
        outputsPerComponent: 1,
        support: supports.real,
        variables: [tf.variable(tf.scalar(0.5))],
        distribution: (outputs, shape) => normal({ mean: outputs.reshape([-1, ...shape]), logVar: -2 }),
      };
      const saved = await save(vae({ dataShape: 4, latentDim: 3, hidden: [5], likelihood: own }), folder);
      expect(saved.given).toEqual(["likelihood"]);
      const call = `await load(${JSON.stringify(folder)}, vae, { likelihood })`;
      expect(warn).toHaveBeenCalledExactlyOnceWith(
        `save(): likelihood cannot be stored. To load the model, give the same again: ${call}`,
      );
      expect(saved[displaySymbol]()).toMatchObject({
        data: { "text/plain": `saved model\n  folder: ${folder}\n  load it with: ${call}` },
      });
      await expect(load(folder, vae)).rejects.toThrow("its likelihood cannot be stored and must be given again");
      const variable = own.variables[0] as tf.Variable;
      variable.assign(tf.scalar(0));
      const loaded = await load(folder, vae, { likelihood: own });
      expect(loaded.likelihood).toBe(own);
      expect(variable.dataSync()[0]).toBe(0.5);
    } finally {
      warn.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });

  test("an option that is given is used in place of the stored one, whatever made that", async () => {
    const likelihood = gaussianLikelihood({ stdDev: "optimal", minLogVar: -8 });
    const loaded = await load(folder, vae, { likelihood, beta: 2 });
    expect(loaded.likelihood).toBe(likelihood);
    expect(loaded.beta).toBe(2);
  });

  test("save() says what it needs", async () => {
    await expect(save(folder as never, model as never)).rejects.toThrow(
      /save\(\): model must be .*save\(model, folder\)/,
    );
    await expect(save(model, undefined as never)).rejects.toThrow(/folder must be a text/);
  });

  test("a model is loaded by the function that made it", async () => {
    await expect(load(folder, autoencoder)).rejects.toThrow(
      "it was made by vae(), not by autoencoder(): load(folder, vae)",
    );
  });
});
