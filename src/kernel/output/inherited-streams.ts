import childProcess, { type ChildProcess, type SpawnSyncOptions, type SpawnSyncReturns } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { Readable } from "node:stream";

type StreamName = "stdout" | "stderr";
type Stdio = unknown;

/** A child's stdio, and where the kernel must write the outputs that the child wanted to inherit. */
interface Routed {
  stdio: Stdio[];
  /** By the number of the child's stream. */
  inherited: Map<number, StreamName>;
}

const write = (name: StreamName, data: Uint8Array | string): void => void process[name].write(data);

/**
 * A child process that inherits the kernel's streams would write to the terminal of the Jupyter server. Here, it writes to
 * pipes instead, and its text goes to the cell that started it. The text of `spawnSync`, `execSync` and `execFileSync`
 * arrives when the child has ended.
 */
export function captureInheritedStreams(): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as { spawn(options: { stdio?: Stdio }): number };
  const { spawn } = prototype;
  prototype.spawn = function (this: ChildProcess, options) {
    const routed = route(options.stdio);
    if (routed === undefined) return spawn.call(this, options);
    const result = spawn.call(this, { ...options, stdio: routed.stdio });
    for (const [index, name] of routed.inherited) {
      (this.stdio[index] as Readable | null)?.on("data", (data: Buffer) => write(name, data));
      hideStream(this, index);
    }
    return result;
  };

  const stock = { ...childProcess };
  function spawnSync(file: string, ...rest: [args?: unknown, options?: unknown]) {
    const [args, options] = splitArguments(rest);
    const routed = route(options.stdio);
    if (routed === undefined) return stock.spawnSync(file, ...(rest as []));
    const all = { ...options, stdio: routed.stdio, maxBuffer: Number.POSITIVE_INFINITY } as SpawnSyncOptions;
    const result = stock.spawnSync(file, args, all) as SpawnSyncReturns<string | Buffer>;
    for (const [index, name] of routed.inherited) {
      write(name, result.output?.[index] ?? "");
      if (result.output) (result.output as unknown[])[index] = null;
      Object.assign(result, { [index === 1 ? "stdout" : "stderr"]: null });
    }
    return result;
  }
  function execFileSync(file: string, ...rest: [args?: unknown, options?: unknown]) {
    const [args, options] = splitArguments(rest);
    if (route(options.stdio) === undefined) return stock.execFileSync(file, ...(rest as []));
    return outputOf(spawnSync(file, args, options), [file, ...args].join(" "));
  }
  function execSync(command: string, options: SpawnSyncOptions = {}) {
    if (route(options.stdio) === undefined) return stock.execSync(command, options as object);
    return outputOf(spawnSync(command, [], { shell: true, ...options }), command);
  }
  Object.assign(childProcess, { spawnSync, execFileSync, execSync });
  syncBuiltinESMExports();
}

/** Replaces the outputs that a child would inherit by pipes; undefined if there are none. */
function route(stdio: Stdio): Routed | undefined {
  const list: Stdio[] = Array.isArray(stdio) ? [...stdio] : stdio === undefined ? [] : [stdio, stdio, stdio];
  const inherited = new Map<number, StreamName>();
  for (const index of [1, 2]) {
    const name = streamOf(list[index], index);
    if (name === undefined) continue;
    inherited.set(index, name);
    list[index] = "pipe";
  }
  return inherited.size === 0 ? undefined : { stdio: list, inherited };
}

function streamOf(stdio: Stdio, index: number): StreamName | undefined {
  if (stdio === "inherit") return index === 1 ? "stdout" : "stderr";
  if (stdio === 1 || stdio === process.stdout) return "stdout";
  return stdio === 2 || stdio === process.stderr ? "stderr" : undefined;
}

/** As in Node, a stream that the child inherits is null for its parent. */
function hideStream(child: ChildProcess, index: number): void {
  (child.stdio as unknown[])[index] = null;
  Object.assign(child, { [index === 1 ? "stdout" : "stderr"]: null });
}

function splitArguments([first, second]: [args?: unknown, options?: unknown]): [string[], SpawnSyncOptions] {
  const args = Array.isArray(first) ? first : [];
  return [args, ((Array.isArray(first) ? second : (first ?? second)) ?? {}) as SpawnSyncOptions];
}

/** As `execSync` of Node: the output, or an error with the result's fields. */
function outputOf(result: SpawnSyncReturns<string | Buffer>, command: string): string | Buffer | null {
  if (result.error !== undefined) throw Object.assign(result.error, result);
  if (result.status !== 0) throw Object.assign(new Error(`Command failed: ${command}`), result);
  return result.stdout;
}
