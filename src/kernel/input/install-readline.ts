import { syncBuiltinESMExports } from "node:module";
import readline from "node:readline";
import promises from "node:readline/promises";
import { type Cell, currentCell } from "../cell/cell";
import type { Ask } from "./ask";
import { LineSource } from "./line-source";

type Options = readline.ReadLineOptions;
type QuestionOptions = { signal?: AbortSignal };

/**
 * Makes `process.stdin` and `node:readline` ask the front end. Every cell has its own `process.stdin`, so a cell that reads to
 * the end, or breaks off, does not close the input of later cells.
 */
export function installReadline(ask: Ask): void {
  const sources = new WeakMap<Cell, LineSource>();

  const original = Object.getOwnPropertyDescriptor(process, "stdin");
  function stdin(): NodeJS.ReadStream | LineSource {
    const cell = currentCell();
    if (cell === undefined) return original?.get?.call(process);
    const source = sources.get(cell) ?? new LineSource(cell, ask);
    sources.set(cell, source);
    return source;
  }

  /** The text of a question stands beside the input field, instead of in the output. */
  function askIn(reader: readline.Interface, query: string, { signal }: QuestionOptions): Promise<string> {
    const closed = new AbortController();
    reader.once("close", () => closed.abort());
    const withdrawn = AbortSignal.any(signal === undefined ? [closed.signal] : [closed.signal, signal]);
    return ask.later({ asker: "readline's question()", prompt: query }, withdrawn);
  }

  /** An interface reads lines only for listeners of `line`; questions are asked directly. */
  function open<T extends readline.Interface>(create: (options: Options) => T, options: Options): T | undefined {
    if (!(options?.input instanceof LineSource)) return undefined;
    const source: LineSource = options.input.fork(() => reader.listenerCount("line") > 0);
    const reader: T = create({ ...options, input: source, terminal: false });
    reader.once("close", () => source.destroy());
    reader.on("newListener", (name) => {
      if (name === "line") setImmediate(() => source.wake());
    });
    return reader;
  }

  const create = readline.createInterface as (options: Options, ...rest: unknown[]) => readline.Interface;
  const createCallback = (first: Options | NodeJS.ReadableStream, ...rest: unknown[]): readline.Interface => {
    const options = (first instanceof LineSource ? { input: first, output: rest[0] } : first) as Options;
    const reader = open(create, options);
    if (reader === undefined) return create(options, ...rest);
    const stock = reader.question.bind(reader) as (...args: unknown[]) => void;
    reader.question = (query: string, ...more: unknown[]) => {
      const callback = more.at(-1);
      if (isClosed(reader) || typeof callback !== "function") return stock(query, ...more);
      askIn(reader, query, more.length > 1 ? (more[0] as QuestionOptions) : {}).then(
        (answer) => callback(answer),
        (error) => isWithdrawn(error) || reader.emit("error", error),
      );
    };
    return reader;
  };

  const createPromises = promises.createInterface as (options: Options, ...rest: unknown[]) => promises.Interface;
  const createPromise = (first: Options | NodeJS.ReadableStream, ...rest: unknown[]): promises.Interface => {
    const options = (first instanceof LineSource ? { input: first, output: rest[0] } : first) as Options;
    const reader = open(createPromises as never, options) as promises.Interface | undefined;
    if (reader === undefined) return createPromises(options, ...rest);
    const stock = reader.question.bind(reader);
    reader.question = (query: string, more: QuestionOptions = {}) =>
      isClosed(reader) ? stock(query, more as never) : askIn(reader, query, more);
    return reader;
  };

  Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, get: stdin });
  Object.assign(readline, { createInterface: createCallback });
  Object.assign(promises, { createInterface: createPromise });
  syncBuiltinESMExports();
}

const isClosed = (reader: readline.Interface): boolean => (reader as { closed?: boolean }).closed === true;

const isWithdrawn = (error: unknown): boolean => (error as Error | undefined)?.name === "AbortError";
