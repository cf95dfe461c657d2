import { Graph, layout } from "@dagrejs/dagre";
import { measureText } from "../figure/measure-text";
import type { Arrow, Diagram, DiagramNode, Plate } from "./diagram";

/** Font sizes in pixels. */
export const fonts = { label: 14, detail: 11, arrow: 11, lineHeight: 15 } as const;

export interface Point {
  x: number;
  y: number;
}

/** A box: its center and its size, in pixels. */
export interface Box extends Point {
  width: number;
  height: number;
}

/** Where everything is. */
export interface LaidOut {
  width: number;
  height: number;
  nodes: { node: DiagramNode; box: Box }[];
  arrows: { arrow: Arrow; points: Point[]; label: Point | undefined }[];
  /** The depth of a plate is 1 if it contains no other plate; each plate needs a line for its label below those inside. */
  plates: { plate: Plate; box: Box; depth: number }[];
}

/** Places the nodes of a diagram in layers along its direction, so that arrows are short and rarely cross. */
export function layOut({ nodes, arrows, plates, direction }: Diagram): LaidOut {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({
    rankdir: direction === "right" ? "LR" : "TB",
    nodesep: 22,
    ranksep: 32,
    edgesep: 14,
    acyclicer: "greedy",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, sizeOf(node));
  plates.forEach((plate, i) => {
    graph.setNode(plateId(i), {});
    for (const id of plate.nodes) graph.setParent(id, outermost(graph, id, i));
  });
  arrows.forEach(({ from, to, label, dashed }, i) => {
    // Solid arrows decide the direction: of a generative model and its posterior, the model leads along the diagram.
    const weight = dashed ? 1 : 8;
    const width = label === "" ? 0 : textWidth(label, fonts.arrow) + 8;
    graph.setEdge(from, to, { width, height: label === "" ? 0 : fonts.lineHeight, labelpos: "c", weight }, String(i));
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  // The size covers nodes and labels, but an arrow that leads around nodes may pass outside of them.
  const edges = (graph.edges() as { v: string; w: string; name?: string }[]).map(
    (edge) => graph.edge(edge) as Point & { points: Point[] },
  );
  const bends = edges.flatMap(({ points }) => points);
  const [left, top] = [Math.min(0, ...bends.map(({ x }) => x)), Math.min(0, ...bends.map(({ y }) => y))];
  const move = (point: Point): void => {
    point.x -= left;
    point.y -= top;
  };
  for (const bend of bends) move(bend);
  for (const id of graph.nodes() as string[]) move(graph.node(id) as Box);
  for (const edge of edges) move(edge); // the position of its label
  return {
    width: Math.max(width - left, ...bends.map(({ x }) => x)),
    height: Math.max(height - top, ...bends.map(({ y }) => y)),
    nodes: nodes.map((node) => ({ node, box: graph.node(node.id) as Box })),
    arrows: arrows.map((arrow, i) => {
      const edge = graph.edge(arrow.from, arrow.to, String(i)) as { points: Point[]; x?: number; y?: number };
      const label = arrow.label === "" ? undefined : { x: edge.x as number, y: edge.y as number };
      return { arrow, points: edge.points, label };
    }),
    plates: plates.map((plate, i) => ({
      plate,
      box: graph.node(plateId(i)) as Box,
      depth: depthOf(graph, plateId(i)),
    })),
  };
}

const platePrefix = "plate ";
const plateId = (i: number): string => platePrefix + i;

/** A node that is already in a plate stays there, and that plate goes into the new one. */
function outermost(graph: Graph, id: string, plate: number): string {
  const parent = graph.parent(id) as string | undefined;
  if (parent === undefined || parent === plateId(plate)) return plateId(plate);
  graph.setParent(parent, plateId(plate));
  return parent;
}

function depthOf(graph: Graph, id: string): number {
  const inside = (graph.children(id) as string[]).filter((child) => child.startsWith(platePrefix));
  return 1 + Math.max(0, ...inside.map((child) => depthOf(graph, child)));
}

/** The width of a line of text in pixels. */
export const textWidth = (text: string, fontSize: number): number => measureText({ fontSize }, text);

function sizeOf({ label, details, shape }: DiagramNode): { width: number; height: number } {
  if (shape === "dot") return { width: 2 * (textWidth(label, fonts.label) + 8), height: 18 };
  const textWide = Math.max(textWidth(label, fonts.label), ...details.map((line) => textWidth(line, fonts.detail)));
  const height = fonts.label + details.length * fonts.lineHeight;
  if (shape === "circle") {
    const diameter = Math.max(40, Math.hypot(textWide, height) + 6);
    return { width: diameter, height: diameter };
  }
  const slanted = shape === "narrowing" || shape === "widening";
  const roomy = shape === "ellipse" ? 1.25 : 1;
  return { width: (textWide + 26) * roomy, height: (height + 20) * roomy + (slanted ? 26 : 0) };
}
