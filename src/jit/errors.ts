import path from "node:path";

/** `jit()` or `jitLoop()` cannot turn a function into a graph. The message names the op and the line, and says how to fix it. */
export class UntraceableError extends Error {
  override readonly name = "UntraceableError";

  /**
   * @param what the problem, a sentence without a period; `{op}` stands for the call in the user's code
   * @param fix how to fix it, in full sentences. If the call is a layer of tfjs that this library replaces, the message names the
   *   replacement instead.
   * @param place the line of the user's code
   */
  constructor(what: string, fix: string, place: Place) {
    const advice =
      place.instead === undefined
        ? fix
        : `Use this library's ${place.instead} instead. It draws from the key of the step.`;
    super(`jit(): ${what.replace("{op}", place.call)}${place.line && `, at ${place.line}`}. ${advice}`);
  }
}

/** A line of the user's code and the function that it calls. */
export interface Place {
  call: string;
  line: string;
  /** The replacement, if the call is a layer of tfjs that this library replaces. */
  instead?: string | undefined;
}

/** Stack frames of TensorFlow.js, of Node, and of this library's `jit` and `runtime` folders. */
const machinery =
  /[\\/]node_modules[\\/]@tensorflow[\\/]|[\\/](src|dist)[\\/](jit|runtime)[\\/]|\(?node:internal|\(<anonymous>\)$/;

/** The folder of this library. An error should name a line of the user's code, not one of the library. */
const own = path.resolve(__dirname, "..", "..");
const isOwn = (frame: string): boolean =>
  ["src", "dist"].some((folder) => frame.includes(path.join(own, folder) + path.sep));

/** Layers of tfjs that draw random numbers in JavaScript, and this library's replacements. */
const randomLayers: Readonly<Record<string, [name: string, instead: string]>> = {
  Dropout: ["dropout", "dropout({ rate })"],
  SpatialDropout1D: ["spatialDropout1d", "dropout({ rate })"],
  GaussianNoise: ["gaussianNoise", "gaussianNoise({ stdDev })"],
  GaussianDropout: ["gaussianDropout", "dropout({ rate })"],
  AlphaDropout: ["alphaDropout", "dropout({ rate })"],
};

/** The innermost line of the user's code on the current stack, and the function that it calls. */
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

/** The name of the function in a stack frame: `dropout` for `    at Object.dropout__op [as dropout] (…)`. */
function calledFunction(frame: string): string {
  const name = /\[as (\w+)\]/.exec(frame)?.[1] ?? /at (?:async |new )?([\w$.<>]+) \(/.exec(frame)?.[1] ?? "an op";
  return name.replace(/^(Object|Module|exports)\./, "").replace(/_+(op)?$/, "");
}
