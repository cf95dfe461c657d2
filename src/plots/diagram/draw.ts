import { escapeHtml } from "../../display/table";
import { background, fontFamily, ink, padding } from "../figure/theme";
import type { Diagram, DiagramNode } from "./diagram";
import { type Box, fonts, type LaidOut, layOut, type Point, textWidth } from "./lay-out";

/** The largest width of a diagram in pixels. */
const widest = 940;
const titleSize = 15;
const plateMargin = 4;
const plateLabelHeight = 18;

/** Draws a diagram as SVG text, on the same light card as every figure. */
export function drawDiagram(diagram: Diagram, title: string | undefined): string {
  const laidOut = layOut(diagram);
  const titleHeight = title === undefined ? 0 : titleSize + 16;
  const margin = padding + plateMargin;
  const width = Math.max(laidOut.width, title === undefined ? 0 : textWidth(title, titleSize) * 1.1) + 2 * margin;
  const labels = plateLabelHeight * Math.max(0, ...laidOut.plates.map(({ depth }) => depth));
  const height = laidOut.height + labels + titleHeight + 2 * margin;
  // A wide diagram is drawn smaller, so that it fits on a page of JupyterLab.
  const scale = Math.min(1, widest / width);
  const size = `width="${round(width * scale)}" height="${round(height * scale)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${fontFamily}">`,
    `<rect width="100%" height="100%" fill="${background}"/>`,
    title === undefined
      ? ""
      : textAt({ x: padding, y: padding + titleSize }, title, titleSize, ink.text, "start", true),
    `<g transform="translate(${margin} ${margin + titleHeight})">${content(laidOut, diagram)}</g>`,
    "</svg>",
  ].join("");
}

function content({ nodes, arrows, plates }: LaidOut, { direction }: Diagram): string {
  const boxes = new Map(nodes.map((each) => [each.node.id, each]));
  const lines = arrows.map(({ arrow, points, label }) => {
    const [from, to] = [boxes.get(arrow.from), boxes.get(arrow.to)] as [(typeof nodes)[0], (typeof nodes)[0]];
    const clipped = [...points];
    clipped[0] = onOutline(from, points[1] as Point, points[0] as Point);
    clipped[clipped.length - 1] = onOutline(to, points.at(-2) as Point, points.at(-1) as Point);
    const dash = arrow.dashed ? ' stroke-dasharray="5 4"' : "";
    const line = `<path d="${smooth(clipped)}" fill="none" stroke="${ink.muted}" stroke-width="1.5"${dash}/>`;
    const tip = arrowTip(clipped.at(-2) as Point, clipped.at(-1) as Point);
    return line + tip + (label === undefined ? "" : arrowLabel(label, arrow.label));
  });
  return [...plates.map(drawPlate), ...lines, ...nodes.map(({ node, box }) => drawNode(node, box, direction))].join("");
}

function drawPlate({ plate, box, depth }: LaidOut["plates"][0]): string {
  const [left, top] = [box.x - box.width / 2, box.y - box.height / 2];
  const height = box.height + depth * plateLabelHeight;
  const frame = `<rect x="${round(left)}" y="${round(top)}" width="${round(box.width)}" height="${round(height)}" rx="8" fill="none" stroke="${ink.line}"/>`;
  const corner = { x: left + box.width - 8, y: top + height - 7 };
  return frame + textAt(corner, plate.label, fonts.detail, ink.muted, "end");
}

function drawNode(node: DiagramNode, box: Box, direction: Diagram["direction"]): string {
  const outline = outlineOf(node, box, direction);
  if (node.shape === "dot") {
    const left = { x: box.x - 8, y: box.y + fonts.label * 0.36 };
    return outline + textAt(left, node.label, fonts.label, ink.text, "end");
  }
  const lines = [node.label, ...node.details];
  const top = box.y - ((lines.length - 1) * fonts.lineHeight) / 2;
  const texts = lines.map((line, i) => {
    const size = i === 0 ? fonts.label : fonts.detail;
    return textAt(
      { x: box.x, y: top + i * fonts.lineHeight + size * 0.36 },
      line,
      size,
      i === 0 ? ink.text : ink.muted,
    );
  });
  return outline + texts.join("");
}

function outlineOf({ shape, fill, stroke, dashed }: DiagramNode, box: Box, direction: Diagram["direction"]): string {
  const { x, y, width, height } = box;
  const style = `fill="${fill}" stroke="${stroke}" stroke-width="1.5"${dashed ? ' stroke-dasharray="4 3"' : ""}`;
  if (shape === "dot") return `<circle cx="${round(x)}" cy="${round(y)}" r="4" ${style}/>`;
  if (shape === "circle" || shape === "ellipse") {
    return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(width / 2)}" ry="${round(height / 2)}" ${style}/>`;
  }
  if (shape === "narrowing" || shape === "widening") {
    return `<path d="${trapezoid(box, shape === "narrowing", direction)}" stroke-linejoin="round" ${style}/>`;
  }
  const radius = shape === "pill" ? height / 2 : 5;
  return `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}" ${style}/>`;
}

/** A trapezoid that narrows (or widens) along the direction of the diagram. */
function trapezoid({ x, y, width, height }: Box, narrowing: boolean, direction: Diagram["direction"]): string {
  const inset = (direction === "right" ? height : width) * 0.16;
  const [start, end] = narrowing ? [0, inset] : [inset, 0];
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  const corners =
    direction === "right"
      ? [
          [left, top + start],
          [right, top + end],
          [right, bottom - end],
          [left, bottom - start],
        ]
      : [
          [left + start, top],
          [right - start, top],
          [right - end, bottom],
          [left + end, bottom],
        ];
  return `M${corners.map(([cx, cy]) => `${round(cx as number)} ${round(cy as number)}`).join(" L")} Z`;
}

/** The end of an arrow on the outline of a round node. Rectangular outlines are where the layout ends its arrows. */
function onOutline({ node, box }: { node: DiagramNode; box: Box }, other: Point, end: Point): Point {
  if (node.shape === "dot") return towards(box, other, 5, 5);
  if (node.shape !== "circle" && node.shape !== "ellipse") return end;
  return towards(box, other, box.width / 2, box.height / 2);
}

/** The point of an ellipse's outline in the direction of another point. */
function towards(center: Point, other: Point, rx: number, ry: number): Point {
  const [dx, dy] = [other.x - center.x, other.y - center.y];
  const scale = 1 / Math.max(1e-9, Math.hypot(dx / rx, dy / ry));
  return { x: center.x + dx * scale, y: center.y + dy * scale };
}

/** A curve that begins and ends at the first and last point, and is drawn toward the others. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points as [Point, ...Point[]];
  const parts = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] as Point;
    const middle = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(middle)}`;
  });
  return `M${at(first)} ${parts.join(" ")} L${at(rest.at(-1) as Point)}`;
}

/** A triangle whose tip is at the end of an arrow. */
function arrowTip(before: Point, end: Point): string {
  const length = Math.max(1e-9, Math.hypot(end.x - before.x, end.y - before.y));
  const [ux, uy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const corner = (side: number): Point => ({ x: end.x - 9 * ux - side * 4 * uy, y: end.y - 9 * uy + side * 4 * ux });
  return `<path d="M${at(end)} L${at(corner(1))} L${at(corner(-1))} Z" fill="${ink.muted}"/>`;
}

function arrowLabel({ x, y }: Point, label: string): string {
  const width = textWidth(label, fonts.arrow) + 6;
  const behind = `<rect x="${round(x - width / 2)}" y="${round(y - 8)}" width="${round(width)}" height="16" fill="${background}"/>`;
  return behind + textAt({ x, y: y + fonts.arrow * 0.36 }, label, fonts.arrow, ink.muted);
}

function textAt(point: Point, text: string, size: number, color: string, anchor = "middle", bold = false): string {
  const weight = bold ? ' font-weight="bold"' : "";
  return `<text x="${round(point.x)}" y="${round(point.y)}" font-size="${size}" fill="${color}" text-anchor="${anchor}"${weight}>${escapeHtml(text)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
