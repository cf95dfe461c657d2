import path from "node:path";

/** A function that `jit` cannot turn into a graph; the message names the op, the line, and how to fix it. */
export class UntraceableError extends Error {
  override readonly name = "UntraceableError";

  /**
   * @param what the finding, a sentence without a full stop, in which `{op}` stands for the call in the user's code
   * @param fix how to fix it, in sentences; for a layer of tfjs that has a counterpart here, that is the fix
   * @param place where the user's code did it
   */
  constructor(what: string, fix: string, place: Place) {
    const advice =
      place.instead === undefined
        ? fix
        : `Use this library's ${place.instead} in its place, which draws from the step's key.`;
    super(`jit(): ${what.replace("{op}", place.call)}${place.line && `, at ${place.line}`}. ${advice}`);
  }
}

/** A line of the user's code and the function of a library that it called there. */
export interface Place {
  call: string;
  line: string;
  /** What to use instead of a layer of tfjs. */
  instead?: string | undefined;
}

/** Code of TensorFlow, of Node, and of this library's tracing. */
const machinery =
  /[\\/]node_modules[\\/]@tensorflow[\\/]|[\\/](src|dist)[\\/](jit|runtime)[\\/]|\(?node:internal|\(<anonymous>\)$/;

/** The folder of this library. Its lines mean nothing to a user, who may not even have the files. */
const own = path.resolve(__dirname, "..", "..");
const isOwn = (frame: string): boolean =>
  ["src", "dist"].some((folder) => frame.includes(path.join(own, folder) + path.sep));

/** Layers of tfjs that draw their numbers in JavaScript, with what this library has in their place. */
const randomLayers: Readonly<Record<string, [name: string, instead: string]>> = {
  Dropout: ["dropout", "dropout({ rate })"],
  SpatialDropout1D: ["spatialDropout1d", "dropout({ rate })"],
  GaussianNoise: ["gaussianNoise", "gaussianNoise({ stdDev })"],
  GaussianDropout: ["gaussianDropout", "dropout({ rate })"],
  AlphaDropout: ["alphaDropout", "dropout({ rate })"],
};

/** The innermost line of the user's code on the present stack, and what it called. */
export function findPlace(): Place {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = limit;
  const inner = frames.findIndex((frame) => !machinery.test(frame));
  const user = frames.find((frame) => !machinery.test(frame) && !isOwn(frame)) ?? "";
  const layer = frames
    .slice(0, inner < 0 ? frames.length : inner)
    .map((frame) => randomLayers[/at (\w+)\.call /.exec(frame)?.[1] ?? ""])
    .find((found) => found !== undefined);
  return {
    call: layer ? `tf.layers.${layer[0]}` : inner < 0 ? "an op" : calledFunction(frames[inner - 1] ?? ""),
    line: /\(?([^()\s]+:\d+:\d+)\)?$/.exec(user)?.[1] ?? "",
    instead: layer?.[1],
  };
}

/** `    at Object.dropout__op [as dropout] (…)` is `dropout`. */
function calledFunction(frame: string): string {
  const name = /\[as (\w+)\]/.exec(frame)?.[1] ?? /at (?:async |new )?([\w$.<>]+) \(/.exec(frame)?.[1] ?? "an op";
  return name.replace(/^(Object|Module|exports)\./, "").replace(/_+(op)?$/, "");
}
