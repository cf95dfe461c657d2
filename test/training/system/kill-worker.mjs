// Saves checkpoints of one fit, one after the other, until it is killed. Arguments: the file, the number to begin at.
// Every value of checkpoint n is n, and so is its count of steps: a mixture of two would show.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { tf } = require("../../../dist/runtime/tensorflow.js");
const { saveCheckpoint } = require("../../../dist/training/checkpoint.js");
const { initialState } = require("../../../dist/training/fit-state.js");

const [file, first] = process.argv.slice(2);
const variables = [400, 300, 200].map((rows) => tf.variable(tf.zeros([rows, 800])));
for (let n = Number(first); ; n++) {
  for (const variable of variables) variable.assign(tf.fill(variable.shape, n));
  const state = { ...initialState(), step: n };
  const start = performance.now();
  saveCheckpoint(file, { variables, optimizers: [], state, best: undefined, conditions: { seed: 0 } });
  // The first one tells how long one takes here, so that the kill can come at any moment of a later one.
  if (n === Number(first)) process.send(performance.now() - start);
}
