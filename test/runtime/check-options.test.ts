import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/runtime/argument-error";
import { checkOptions, optionsSchema } from "../../src/runtime/check-options";
import { checkOneOf, checkPositive, checkWholeNumber } from "../../src/runtime/check-value";
import { nearestName } from "../../src/runtime/nearest-name";
import { flag, oneOf, positive, wholeNumber } from "../../src/runtime/rules";

interface Options {
  epochs: number;
  batchSize?: number;
  learningRate?: number;
  progress?: boolean;
  method?: "metropolis" | "gibbs";
}

const schema = optionsSchema<Options>({
  epochs: wholeNumber(),
  batchSize: wholeNumber().optional(),
  learningRate: positive.optional(),
  progress: flag.optional(),
  method: oneOf("metropolis", "gibbs").optional(),
});
const check = (options: unknown) => () => checkOptions("fit()", schema, options);

describe("checkOptions()", () => {
  test.each([
    [{ epochs: 1 }],
    [{ epochs: 3, batchSize: 7, learningRate: 1e-3, progress: false, method: "gibbs" }],
    [{ epochs: 1, batchSize: undefined }],
  ])("accepts %j", (options) => expect(check(options)).not.toThrow());

  test.each([
    [{}, "fit(): epochs must be a whole number of at least 1, but got undefined."],
    [{ epochs: 0 }, "fit(): epochs must be a whole number of at least 1, but got 0."],
    [{ epochs: 1, learningRate: Number.NaN }, "fit(): learningRate must be a finite number above 0, but got NaN."],
    [{ epochs: 1, progress: 1 }, "fit(): progress must be true or false, but got 1."],
    [{ epochs: 1, method: "mcmc" }, `fit(): method must be "metropolis" or "gibbs", but got 'mcmc'.`],
    [{ epochs: 1, batch: 7 }, 'fit(): there is no option "batch". Did you mean "batchSize"?'],
    [{ epochs: 1, verbose: 0 }, 'Did you mean "progress"?'],
    [{ epochs: 1, learningrate: 1 }, 'Did you mean "learningRate"?'],
    [{ epochs: 1, xyz: 1 }, "The options are epochs, batchSize, learningRate, progress, method."],
    [7, "fit(): options must be an object with options: epochs"],
    [null, "but got null"],
  ])("refuses %j", (options, message) => {
    expect(check(options)).toThrow(ArgumentError);
    expect(check(options)).toThrow(message);
  });
});

test.each([
  ["latent", ["latentDim", "latentDims"], "latentDim"],
  ["Epochs", ["epochs", "epsilon"], "epochs"],
  ["epoch", ["epochs"], "epochs"],
  ["momentum", ["epochs", "seed"], undefined],
])("the name nearest to %s among %j is %s", (name, known, nearest) => expect(nearestName(name, known)).toBe(nearest));

test("one value is checked in the same words", () => {
  expect(() => checkPositive("f()", "stdDev", -1)).toThrow("f(): stdDev must be a finite number above 0, but got -1.");
  expect(() => checkWholeNumber("f()", "n", 1.5, 2)).toThrow("a whole number of at least 2, but got 1.5");
  expect(() => checkOneOf("f()", "kind", "c", ["a", "b"])).toThrow(`kind must be "a" or "b", but got 'c'`);
});
