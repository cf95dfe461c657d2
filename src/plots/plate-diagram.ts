import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import type { DiagramNode } from "./diagram/diagram";
import { type DiagramNodeWithMeaning, makeDiagram } from "./diagram/make-diagram";
import type { Figure } from "./figure/figure";
import { ink } from "./figure/theme";
import { checkedElsewhere, figureRules } from "./parts/figure-rules";

/** What a node of a plate diagram is: a random variable that is observed (shaded) or latent (open), or a parameter (a dot). */
export type PlateNodeKind = "observed" | "latent" | "parameter";

/** Options of `plateDiagram()`. */
export interface PlateDiagramOptions {
  /** The nodes by name, such as `{ z: "latent", x: "observed", θ: "parameter" }`. */
  nodes: Readonly<Record<string, PlateNodeKind>>;
  /** The arrows: "z -> x" for the generative model, "x --> z" (dashed) for the approximate posterior. */
  arrows: readonly string[];
  /** Frames around what is repeated, such as `[{ label: "N digits", nodes: ["z", "x"] }]`; defaults to none. */
  plates?: readonly { label: string; nodes: readonly string[] }[] | undefined;
  /** Where the arrows lead; defaults to "down". */
  direction?: "right" | "down" | undefined;
  /** Title above the diagram; defaults to none. */
  title?: string | undefined;
  /** The alt text; defaults to a description of the nodes, arrows and plates. */
  alt?: string | undefined;
}

const looks: Record<PlateNodeKind, Pick<DiagramNode, "shape" | "fill" | "stroke"> & { meaning: string }> = {
  observed: { shape: "circle", fill: "#d9dde2", stroke: ink.text, meaning: "observed" },
  latent: { shape: "circle", fill: "#ffffff", stroke: ink.text, meaning: "latent" },
  parameter: { shape: "dot", fill: ink.text, stroke: ink.text, meaning: "parameter" },
};

const kinds = Object.keys(looks);
const schema = optionsSchema<PlateDiagramOptions>({
  nodes: checkedElsewhere,
  arrows: checkedElsewhere,
  plates: checkedElsewhere.optional(),
  direction: oneOf("right", "down").optional(),
  title: figureRules.title,
  alt: figureRules.alt,
});

/**
 * A directed graphical model in plate notation: which variable is drawn given which, what is observed, and what is repeated for
 * each example (Buntine 1994, "Operations for learning with graphical models").
 *
 * @example
 * plateDiagram({
 *   nodes: { θ: "parameter", z: "latent", x: "observed" },
 *   arrows: ["z -> x", "θ -> x", "x --> z"],
 *   plates: [{ label: "N", nodes: ["z", "x"] }],
 * })
 *
 * @throws ArgumentError for unknown kinds and options, arrows that cannot be read, and names that are not nodes
 */
export function plateDiagram(options: PlateDiagramOptions): Figure {
  checkOptions("plateDiagram()", schema, options);
  const { nodes, arrows, plates, direction = "down", title, alt } = options;
  return makeDiagram({
    where: "plateDiagram()",
    nodes: Object.entries(nodes ?? {}).map(([id, kind]) => drawable(id, kind)),
    arrows,
    plates,
    direction,
    title,
    alt,
  });
}

function drawable(id: string, kind: PlateNodeKind): DiagramNodeWithMeaning {
  if (!kinds.includes(kind))
    throw new ArgumentError("plateDiagram()", `the kind of node ${id}`, kind, `one of ${kinds.join(", ")}`);
  return { id, label: id, details: [], ...looks[kind], dashed: false };
}
