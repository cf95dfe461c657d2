import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { normal } from "../../src/distributions/normal";
import { gaussianLikelihood } from "../../src/models/gaussian-likelihood";
import { loadVae, saveVae } from "../../src/models/save-vae";
import { type Vae, vae } from "../../src/models/vae";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

describe("saveVae() and loadVae()", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
  const file = (name: string) => path.join(folder, name);
  let model: Vae;
  const x = rng(3).normal([5, 12]);
  beforeAll(async () => {
    model = vae({ data: 12, latent: 3, hidden: [8, 4], beta: 0.5, likelihood: gaussianLikelihood(), seed: 7 });
    model.likelihood.variables[0]?.assign(tf.scalar(-0.7));
    await saveVae(model, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a loaded model computes the same numbers", async () => {
    const loaded = await loadVae(folder);
    for (const of of [model, loaded]) expect(of.summary()).toMatch(/trained parameters/);
    const terms = (of: Vae) => tf.tidy(() => Object.values(of.terms(x, rng(0))).map((term) => [...term.dataSync()]));
    expect(terms(loaded)).toEqual(terms(model));
    expect([loaded.beta, loaded.latent, loaded.dataShape]).toEqual([0.5, 3, [12]]);
  });

  const changed = async (name: string, change: (text: string) => string | undefined): Promise<unknown> => {
    const bytes = readFileSync(file(name));
    const text = change(bytes.toString("latin1"));
    if (text === undefined) rmSync(file(name));
    else writeFileSync(file(name), Buffer.from(text, "latin1"));
    try {
      return await loadVae(folder).catch((error: Error) => error.message);
    } finally {
      writeFileSync(file(name), bytes);
    }
  };

  test.each<[string, string, (text: string) => string | undefined, RegExp]>([
    ["a missing description", "model.json", () => undefined, /model\.json is missing/],
    ["missing weights", "weights.safetensors", () => undefined, /weights\.safetensors is missing/],
    ["another version", "model.json", (t) => t.replace('"version": 1', '"version": 2'), /version 2 .* reads version 1/],
    ["another kind of file", "model.json", (t) => t.replace("elbo-lab vae", "keras"), /does not describe a model/],
    ["half a description", "model.json", (t) => t.slice(0, 100), /model\.json is not readable/],
    ["another likelihood", "model.json", (t) => t.replace("gaussianL", "poissonL"), /"poissonLikelihood".* not known/],
    ["another model's weights", "model.json", (t) => t.replace(/"id": "./, '"id": "x'), /belongs to another model/],
    ["altered weights", "weights.safetensors", (t) => `${t.slice(0, -1)}\u0001`, /checksum/],
    ["weights cut off", "weights.safetensors", (t) => t.slice(0, t.length / 2), /cannot be used/],
  ])("%s gives an error that says so", async (_case, name, change, message) => {
    expect(await changed(name, change)).toMatch(message);
  });

  test("a prior that has no description is refused when saving", async () => {
    const prior = normal({ mean: tf.ones([1, 3]), logVar: 0 });
    await expect(saveVae(vae({ data: 4, latent: 3, prior }), folder)).rejects.toThrow(
      /only models with the prior N\(0, I\)/,
    );
  });
});
