import { type Displayable, displaySymbol, type MimeBundle } from "../../display/mime-bundle";
import { tableBundle } from "../../display/table";
import type { FactorySpec } from "../../runtime/spec";
import { tf } from "../../runtime/tensorflow";

/** What a model shows of itself; every model of the library has these properties. */
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

/** What a maker adds to the properties of its model. */
export interface ShownBeside {
  /** Networks that are no properties of the model, by name. */
  readonly networks?: Readonly<Record<string, tf.LayersModel>>;
  /** The prior in words, where the model's `prior` has no `spec`: "N(0, I)". */
  readonly prior?: string;
}

/**
 * How a model shows itself in a cell: one line with its maker, shapes, likelihood and prior and the number of trained
 * parameters, then a line for each network. The networks are the model's own properties, in their order.
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
 * The method by which a model shows itself, to be spread into it: `{ ...facts, ...showsItself }`. It reads the object that
 * it is called on, so that a variant that spreads another model and replaces its `spec` shows itself under its own name.
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

/** The variables that some phase trains; undefined once the model has been disposed of. */
function trainedVariables({ phases = [] }: ShownModel): ReadonlySet<tf.Variable> | undefined {
  try {
    const variables = new Set(phases.flatMap((phase) => phase.variables()));
    return [...variables].some(({ isDisposed }) => isDisposed) ? undefined : variables;
  } catch {
    // tfjs refuses to read the weights of a network that was disposed of.
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

/** How a likelihood or a prior was made, `gaussianLikelihood({ stdDev: "optimal" })`. */
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
