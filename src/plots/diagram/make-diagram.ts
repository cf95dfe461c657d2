import { ArgumentError } from "../../runtime/argument-error";
import type { Figure, Spec } from "../figure/figure";
import { svgFigure } from "../figure/svg-figure";
import { sayFigure, sayList } from "../parts/describe";
import type { Arrow, DiagramNode, Plate } from "./diagram";
import { drawDiagram } from "./draw";
import { checkName, parseArrows } from "./parse-arrows";

/** A node, and what its outline means, in words. */
export type DiagramNodeWithMeaning = DiagramNode & { readonly meaning: string };

/** A diagram as a public function receives it, with its nodes ready to be drawn. */
export interface DiagramRequest {
  /** The public function, for errors. */
  readonly where: string;
  readonly nodes: readonly DiagramNodeWithMeaning[];
  readonly arrows: readonly string[];
  readonly plates?: readonly Plate[] | undefined;
  readonly direction: "right" | "down";
  readonly title: string | undefined;
  readonly alt: string | undefined;
}

/** Checks, lays out, draws and describes a diagram. */
export function makeDiagram({ where, nodes, arrows, plates = [], direction, title, alt }: DiagramRequest): Figure {
  const names = nodes.map(({ id }) => id);
  if (names.length === 0) throw new ArgumentError(where, "nodes", {}, "at least one node");
  if (!Array.isArray(arrows)) throw new ArgumentError(where, "arrows", arrows, "a list of lines");
  for (const { nodes: members } of plates) for (const name of members) checkName(where, name, names);
  const parsed = parseArrows(where, arrows, names);
  const spec: Spec = { nodes, arrows: parsed, plates, direction };
  const svg = drawDiagram({ nodes, arrows: parsed, plates, direction }, title);
  return svgFigure({ title, alt: alt ?? sayFigure(title, describe(nodes, parsed, plates)), spec, svg });
}

/** What the diagram shows, in words: its arrows, its nodes and its plates. */
function describe(nodes: DiagramRequest["nodes"], arrows: readonly Arrow[], plates: readonly Plate[]): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const paths = arrows.map(({ from, to, label, dashed }) => {
    const text = `${labels.get(from)} ${dashed ? "⇢" : "→"} ${labels.get(to)}`;
    return label === "" ? text : `${text} (${label})`;
  });
  const kinds = nodes.map(({ label, meaning, details }) => [label, meaning, ...details].join(", "));
  const framed = plates.map(({ label, nodes: members }) => {
    return `plate ${label} around ${sayList(members.map((name) => labels.get(name) as string))}`;
  });
  return `diagram with the arrows ${paths.join("; ")}. Nodes: ${[...kinds, ...framed].join("; ")}.`;
}
