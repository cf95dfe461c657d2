/**
 * Pictures in [0, 1] as bytes in base64, for a results file. A notebook shows them with
 * `imageGrid(Buffer.from(text, "base64"), { range: [0, 255], columns: 8 })`.
 *
 * @param images a tensor of any shape
 */
export const toBytes = (images) =>
  Buffer.from(
    Uint8Array.from(images.dataSync(), (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
  ).toString("base64");
