export { ArgumentError } from "./runtime/argument-error";
export { type Rng, rng } from "./runtime/rng";
export { tf } from "./runtime/tensorflow";
