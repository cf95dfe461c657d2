import type { tf } from "../../runtime/tensorflow";

/** A text summary: the layers of each network with their output shapes, and the number of trained parameters. */
export function summary(trainable: readonly tf.Variable[], networks: Readonly<Record<string, tf.LayersModel>>): string {
  const lines = Object.entries(networks).flatMap(([name, network]) => [
    `${name}: ${shape(network.inputs[0]?.shape)} → ${shape(network.outputs[0]?.shape)}`,
    ...network.layers.map((layer) => {
      const output = shape((layer.outputShape as (number | null)[]) ?? []);
      return `  ${layer.getClassName().padEnd(18)} ${output.padEnd(22)} ${layer.countParams().toLocaleString("en")}`;
    }),
  ]);
  const parameters = trainable.reduce((sum, { size }) => sum + size, 0);
  return [...lines, `${parameters.toLocaleString("en")} trained parameters`].join("\n");
}

const shape = (of: readonly (number | null)[] | undefined): string =>
  `[${(of ?? []).map((size) => size ?? "batch").join(", ")}]`;
