import { type Displayable, displaySymbol, type MimeBundle } from "../../display/mime-bundle";
import { tableBundle } from "../../display/table";
import type { FactorySpec } from "../../runtime/spec";
import { tf } from "../../runtime/tensorflow";

/** The properties that the display of a model uses. Every model of the library has them. */
export interface ShownModel {
  readonly spec: FactorySpec;
  readonly dataShape?: readonly number[];
  readonly latentDim?: number;
  readonly latentDims?: readonly number[];
  readonly likelihood?: unknown;
  readonly prior?: unknown;
  /** Each phase names the variables it trains. */
  readonly phases?: readonly { readonly variables: () => tf.Variable[] }[];
}

/** Additional information for the display of a model. */
export interface ShownBeside {
  /** Networks that are not properties of the model, by name. */
  readonly networks?: Readonly<Record<string, tf.LayersModel>>;
  /** The prior as text, if the model's `prior` has no `spec`: "N(0, I)". */
  readonly prior?: string;
}

/**
 * The display of a model in a cell: one line with the function that created it, its shapes, likelihood and prior, and
 * the number of trained parameters; then one line per network, in the order of the model's properties.
 */
export function showModel(model: ShownModel, beside: ShownBeside = {}): MimeBundle {
  const networks = { ...networksOf(model), ...beside.networks };
  const trained = trainedVariables(model);
  const title = [
    model.spec.factory,
    model.dataShape && `data [${model.dataShape.join(", ")}]`,
    latentText(model),
    model.likelihood === undefined ? undefined : `likelihood ${nameOf(model.likelihood)}`,
    priorText(model.prior, beside.prior),
    trained === undefined ? "disposed" : `${sizeOf(trained).toLocaleString("en")} trained parameters`,
  ];
  const lines = Object.entries(networks).map(([name, network]) => [
    name,
    `${shapeText(network.inputs)} → ${shapeText(network.outputs)}`,
    network.countParams(),
    trained && sizeOf(weightsOf(network).filter((weight) => trained.has(weight))),
  ]);
  const inNetworks = new Set(trained && Object.values(networks).flatMap(weightsOf));
  const others = [...(trained ?? [])].filter((variable) => !inNetworks.has(variable));
  if (others.length > 0) lines.push(["other variables", "", sizeOf(others), sizeOf(others)]);
  return tableBundle(title.filter(Boolean).join(", "), ["network", "maps", "parameters", "trained"], lines);
}

/**
 * The display method of a model, to spread into the model: `{ ...facts, ...showsItself }`. It reads the object that it is
 * called on. A variant that spreads another model and replaces its `spec` is therefore shown under its own name.
 */
export const showsItself: Displayable = {
  [displaySymbol](this: ShownModel) {
    return showModel(this);
  },
};

const networksOf = (model: object): Record<string, tf.LayersModel> =>
  Object.fromEntries(
    Object.entries(model).filter((entry): entry is [string, tf.LayersModel] => entry[1] instanceof tf.LayersModel),
  );

/** The variables that at least one phase trains; undefined after the model has been disposed. */
function trainedVariables({ phases = [] }: ShownModel): ReadonlySet<tf.Variable> | undefined {
  try {
    const variables = new Set(phases.flatMap((phase) => phase.variables()));
    return [...variables].some(({ isDisposed }) => isDisposed) ? undefined : variables;
  } catch {
    // tfjs throws when it reads the weights of a disposed network.
    return undefined;
  }
}

const weightsOf = (network: tf.LayersModel): tf.Variable[] =>
  network.weights.map((weight) => weight.read() as tf.Variable);

const sizeOf = (variables: Iterable<tf.Variable>): number => {
  let total = 0;
  for (const { size } of variables) total += size;
  return total;
};

function latentText({ latentDim, latentDims }: ShownModel): string | undefined {
  if (latentDims !== undefined) return `latent layers of ${latentDims.join(", ")} dimensions`;
  if (latentDim === undefined) return undefined;
  return latentDim === 1 ? "1 latent dimension" : `${latentDim} latent dimensions`;
}

function priorText(prior: unknown, inWords: string | undefined): string | undefined {
  if (inWords !== undefined) return `prior ${inWords}`;
  return prior === undefined || typeof prior === "function" ? undefined : `prior ${nameOf(prior)}`;
}

/** The call that created a likelihood or a prior: `gaussianLikelihood({ stdDev: "optimal" })`. */
function nameOf(part: unknown): string {
  const spec = (part as { spec?: FactorySpec } | null)?.spec;
  if (spec === undefined) return "of your own";
  const options = Object.entries(spec.options).filter(([, value]) =>
    ["number", "string", "boolean"].includes(typeof value),
  );
  const texts = options.map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${spec.factory}(${texts.length === 0 ? "" : `{ ${texts.join(", ")} }`})`;
}

const shapeText = (tensors: readonly { shape: readonly (number | null)[] }[]): string =>
  tensors.map(({ shape }) => `[${shape.map((size) => size ?? "batch").join(", ")}]`).join(", ");
