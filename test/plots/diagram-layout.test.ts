import { expect, test } from "vitest";
import type { Arrow, DiagramNode } from "../../src/plots/diagram/diagram";
import { layOut } from "../../src/plots/diagram/lay-out";

const look = { details: [], shape: "box", fill: "#fff", stroke: "#000", dashed: false } as const;
const node = (id: string): DiagramNode => ({ id, label: id, ...look });
const arrow = (from: string, to: string, dashed = false): Arrow => ({ from, to, label: "", dashed });

/** The arrow from the first to the last node has to lead around all others. */
const vae = {
  nodes: ["x", "encoder", "q", "z", "decoder", "p", "prior", "rate", "distortion"].map(node),
  arrows: [
    ...["x encoder", "encoder q", "q z", "z decoder", "decoder p"].map((pair) => {
      const [from, to] = pair.split(" ") as [string, string];
      return arrow(from, to);
    }),
    arrow("q", "rate", true),
    arrow("prior", "rate", true),
    arrow("p", "distortion", true),
    arrow("x", "distortion", true),
  ],
  plates: [],
};

test.each([
  "right",
  "down",
] as const)("arrows and nodes of a diagram toward %s are inside of its frame", (direction) => {
  const { width, height, nodes, arrows } = layOut({ ...vae, direction });
  const corners = nodes.flatMap(({ box }) => [
    { x: box.x - box.width / 2, y: box.y - box.height / 2 },
    { x: box.x + box.width / 2, y: box.y + box.height / 2 },
  ]);
  for (const { x, y } of [...corners, ...arrows.flatMap(({ points }) => points)]) {
    expect(Math.min(x, y, width - x, height - y)).toBeGreaterThanOrEqual(-0.01);
  }
});
