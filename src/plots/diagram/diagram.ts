/** What an arrow looks like: solid for what is computed or generated, dashed for what is only compared or inferred. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly dashed: boolean;
}

/** The outline of a node. */
export type Shape = "box" | "pill" | "ellipse" | "circle" | "dot" | "narrowing" | "widening";

/** A node, ready to be drawn. */
export interface DiagramNode {
  readonly id: string;
  readonly label: string;
  /** Smaller lines below the label. */
  readonly details: readonly string[];
  readonly shape: Shape;
  readonly fill: string;
  readonly stroke: string;
  readonly dashed: boolean;
}

/** A frame around nodes, with a label in its lower right corner. */
export interface Plate {
  readonly label: string;
  readonly nodes: readonly string[];
}

/** A graph of nodes, arrows and plates. */
export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly arrows: readonly Arrow[];
  readonly plates: readonly Plate[];
  readonly direction: "right" | "down";
}
