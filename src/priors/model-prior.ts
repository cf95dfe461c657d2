import type { Distribution } from "../distributions/distribution";
import { NoClosedFormError } from "../distributions/no-closed-form-error";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import type { ModelPrior, Prior, PriorContext, PriorOfModel } from "./prior";
import { rateOf } from "./rate";
import { showsPrior } from "./shows-prior";
import { standardPrior } from "./standard-prior";

/** What users may pass as p(z). */
export type GivenPrior = Prior | PriorOfModel | Distribution;

/**
 * Creates the prior of a model from the option `prior`: nothing (N(0, I)), a prior of the library, a custom prior, or any
 * distribution. Parameters of a distribution that are `tf.Variable`s are trained.
 *
 * @throws ArgumentError for a prior without a density, for codes with a different number of dimensions, and for a support that
 *   does not contain all real codes
 */
export function modelPrior(where: string, given: GivenPrior | undefined, context: PriorContext): ModelPrior {
  const prior = readPrior(where, given, context);
  try {
    tf.tidy(() => checkDensity(where, prior, context.latentDim));
  } catch (error) {
    if (given !== undefined && "forModel" in given) prior.dispose?.();
    throw error;
  }
  return asDistribution(prior);
}

/** N(0, I) as the prior of a model. */
export const standardModelPrior = (latentDim: number): ModelPrior => asDistribution(standardPrior(latentDim));

function readPrior(where: string, given: GivenPrior | undefined, context: PriorContext): Prior {
  if (given === undefined) return standardPrior(context.latentDim);
  const { forModel, distribution, logProb, sample } = (given ?? {}) as Partial<Prior & PriorOfModel & Distribution>;
  if (typeof forModel === "function") return (given as PriorOfModel).forModel(context);
  if (typeof distribution === "function") return given as Prior;
  if (typeof logProb === "function" && typeof sample === "function") return priorOf(given as Distribution);
  throw new ArgumentError(
    where,
    "prior",
    given,
    `a prior (learnedGaussianPrior(), mixturePrior({ components: 10 })) or a distribution of event shape [${context.latentDim}]`,
    typeof sample === "function" ? samplersOnly : undefined,
  );
}

const samplersOnly =
  "A prior without a density works with adversarialAutoencoder() and waeMmd(). A VAE needs the density log p(z).";

/** A distribution as a prior. Its parameters that are variables are trained. */
function priorOf(density: Distribution): Prior {
  const { parameters } = density as { parameters?: unknown };
  return { variables: variablesIn(parameters), distribution: () => density };
}

/** The variables among parameters, including those inside lists, records and distributions. */
function variablesIn(value: unknown): tf.Variable[] {
  if (value instanceof tf.Variable) return [value];
  if (typeof value !== "object" || value === null || value instanceof tf.Tensor) return [];
  return [...new Set(Object.values(value).flatMap(variablesIn))];
}

function checkDensity(where: string, prior: Prior, latentDim: number): void {
  const density = prior.distribution();
  const { eventShape, batch, support, family } = density;
  if (!tf.util.arraysEqual([...eventShape], [latentDim]) || batch !== 1) {
    const accepted = `of event shape [${latentDim}] and batch 1, which all examples share`;
    throw new ArgumentError(where, "prior", `event shape [${eventShape}], batch ${batch}`, accepted);
  }
  // A bounded or discrete support does not contain all of these values.
  const probes = tf.mul(tf.ones([3, latentDim]), tf.tensor2d([[-3e38], [0.3], [3e38]]));
  if (!tf.all(support.contains(probes)).dataSync()[0]) {
    throw new ArgumentError(
      where,
      "prior",
      `${family} on ${support.description}`,
      "a density on all real codes",
      "q(z | x) is a normal distribution. It extends beyond any bounded support, so the rate would be infinite. " +
        "Use a prior with unbounded support: normal(), laplace(), mixture(), mixturePrior().",
    );
  }
  try {
    density.logProb(tf.zeros([1, latentDim]));
  } catch (error) {
    if (!(error instanceof NoClosedFormError)) throw error;
    throw new ArgumentError(where, "prior", family, "a distribution with a density", samplersOnly);
  }
}

/** The properties of a prior's distribution that do not depend on the values of its variables. */
function lasting(prior: Prior): Pick<Distribution, "family" | "eventShape" | "batch" | "reparameterized" | "support"> {
  tf.engine().startScope();
  try {
    const { family, eventShape, batch, reparameterized, support } = prior.distribution();
    return { family, eventShape, batch, reparameterized, support };
  } finally {
    tf.engine().endScope();
  }
}

const trainedNumbers = (variables: readonly tf.Variable[]): Record<string, number> =>
  variables.length === 0 ? {} : { "trained parameters": variables.reduce((sum, { size }) => sum + size, 0) };

/** A prior that can also be used as a distribution. Every call uses the current values of its variables. */
function asDistribution<D extends Distribution>(prior: Prior<D>): ModelPrior<D> {
  const fixed = lasting(prior);
  const now = (): D => prior.distribution();
  const { spec, variables, dispose } = prior;
  return {
    ...fixed,
    ...(spec && { spec }),
    variables,
    distribution: now,
    rate: (posterior, z, density) => rateOf(prior, posterior, z, density),
    dispose: () => dispose?.call(prior),
    ...showsPrior(spec ?? { factory: `prior of family ${fixed.family}`, options: {} }, trainedNumbers(variables)),
    sample: (rng, n) => tf.tidy(() => now().sample(rng, n)),
    logProb: (z) => tf.tidy(() => now().logProb(z)),
    mean: () => tf.tidy(() => now().mean()),
    variance: () => tf.tidy(() => now().variance()),
    entropy: () => tf.tidy(() => now().entropy()),
    // The closed forms of `kl()` read the parameters.
    get parameters() {
      return (now() as { parameters?: unknown }).parameters;
    },
  } as ModelPrior<D>;
}
