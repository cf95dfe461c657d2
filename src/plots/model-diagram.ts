import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import type { DiagramNode } from "./diagram/diagram";
import { type DiagramNodeWithMeaning, makeDiagram } from "./diagram/make-diagram";
import type { Figure } from "./figure/figure";
import { categorical, ink } from "./figure/theme";
import { checkedElsewhere, figureRules } from "./parts/figure-rules";

/** What a node of a model diagram is; decides its outline and color. */
export type ModelNodeKind =
  | "data"
  | "encoder"
  | "decoder"
  | "network"
  | "latent"
  | "distribution"
  | "noise"
  | "operation"
  | "loss";

/** One node of a model diagram. */
export interface ModelNode {
  kind: ModelNodeKind;
  /** The text; defaults to the node's name. */
  label?: string | undefined;
  /** A smaller text below, such as "784 → 512 → 32"; a line break starts a new line. Defaults to none. */
  detail?: string | undefined;
}

/** Options of `modelDiagram()`. */
export interface ModelDiagramOptions {
  /** The nodes by name. A kind alone is enough: `{ z: "latent" }`. */
  nodes: Readonly<Record<string, ModelNode | ModelNodeKind>>;
  /** The arrows: "x -> encoder -> z" is a path, "-->" a dashed arrow, and "q -> z: draw" an arrow with a label. */
  arrows: readonly string[];
  /** Where the arrows lead; defaults to "right". */
  direction?: "right" | "down" | undefined;
  /** Title above the diagram; defaults to none. */
  title?: string | undefined;
  /** The alt text; defaults to a description of the nodes and arrows. */
  alt?: string | undefined;
}

const looks: Record<ModelNodeKind, Pick<DiagramNode, "shape" | "fill" | "stroke"> & { meaning: string }> = {
  data: { shape: "box", fill: "#f3f4f6", stroke: ink.line, meaning: "data" },
  encoder: { shape: "narrowing", fill: "#e9e2f5", stroke: categorical[4], meaning: "encoder network" },
  decoder: { shape: "widening", fill: "#e9e2f5", stroke: categorical[4], meaning: "decoder network" },
  network: { shape: "box", fill: "#e9e2f5", stroke: categorical[4], meaning: "network" },
  latent: { shape: "circle", fill: "#ffffff", stroke: categorical[0], meaning: "latent variable" },
  distribution: { shape: "pill", fill: "#e6f1fb", stroke: categorical[0], meaning: "distribution" },
  noise: { shape: "pill", fill: "#ffffff", stroke: ink.line, meaning: "noise" },
  operation: { shape: "circle", fill: "#ffffff", stroke: ink.line, meaning: "operation" },
  loss: { shape: "box", fill: "#fff3dc", stroke: categorical[1], meaning: "term of the loss" },
};

const kinds = Object.keys(looks);
const schema = optionsSchema<ModelDiagramOptions>({
  nodes: checkedElsewhere,
  arrows: checkedElsewhere,
  direction: oneOf("right", "down").optional(),
  title: figureRules.title,
  alt: figureRules.alt,
});

/**
 * A diagram of a model: data, networks, distributions, draws and the terms of the loss, connected by arrows.
 *
 * Encoders and decoders are trapezoids, latent variables circles, distributions pills, terms of the loss orange boxes. The
 * layout is automatic.
 *
 * @example
 * modelDiagram({
 *   nodes: { x: "data", encoder: "encoder", q: { kind: "distribution", label: "q(z | x)" }, z: "latent", decoder: "decoder" },
 *   arrows: ["x -> encoder -> q", "q -> z: draw", "z -> decoder"],
 * })
 *
 * @throws ArgumentError for unknown kinds and options, arrows that cannot be read, and arrows to unknown nodes
 */
export function modelDiagram(options: ModelDiagramOptions): Figure {
  checkOptions("modelDiagram()", schema, options);
  const { nodes, arrows, direction = "right", title, alt } = options;
  return makeDiagram({
    where: "modelDiagram()",
    nodes: Object.entries(nodes ?? {}).map(([id, node]) =>
      drawable(id, typeof node === "string" ? { kind: node } : node),
    ),
    arrows,
    direction,
    title,
    alt,
  });
}

function drawable(id: string, { kind, label = id, detail = "" }: ModelNode): DiagramNodeWithMeaning {
  if (!kinds.includes(kind))
    throw new ArgumentError("modelDiagram()", `the kind of node ${id}`, kind, `one of ${kinds.join(", ")}`);
  const details = detail === "" ? [] : detail.split("\n");
  return { id, label, details, ...looks[kind], dashed: kind === "noise" };
}
