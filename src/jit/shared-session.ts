import { createHash } from "node:crypto";
import { exactText } from "./attribute";
import { type Node, printPort } from "./graph";
import { type GraphSession, openGraphSession } from "./graph-session";
import { type SavedModelParts, savedModelBytes } from "./protobuf";
import type { Threads } from "./session-threads";

/** Who uses a session: its variables are in the session while it holds it. */
export interface SessionHolder {
  /** Takes the variables' values out, since another holder is about to put its own in. */
  leave(): void;
}

/** The loaded graphs of this process. */
export interface SessionCounts {
  /** Graphs that were loaded since the process began. */
  loaded: number;
  /** Programs that found their graph loaded already. */
  shared: number;
  /** Graphs that are loaded now. */
  open: number;
  /** Those of them that no program uses now. */
  idle: number;
}

const counts = { loaded: 0, shared: 0 };

/** How often graphs were compiled and shared in this process. */
export const sessionCounts = (): SessionCounts => ({
  ...counts,
  open: sessions.size,
  idle: SharedSession.idle().length,
});

/** Graphs that nobody uses stay loaded for the next model of the same kind, up to so many ... */
const mostIdle = 24;
/** ... and as long as the variables in them take no more than this many bytes. */
const mostIdleBytes = 64 * 2 ** 20;

/** By a hash of the graph; the one that was used last is last. */
const sessions = new Map<string, SharedSession>();

/**
 * A loaded graph. Programs with equal graphs use it in turns, so that it is compiled once in a process: their variables,
 * captured tensors and arguments are what differs between them, and none of these is in the graph.
 */
export class SharedSession {
  readonly session: GraphSession;
  /** Bytes of the variables in it. */
  readonly bytes: number;
  readonly #key: string;
  #users = 0;
  #holder: SessionHolder | undefined;

  private constructor(key: string, session: GraphSession, bytes: number) {
    this.#key = key;
    this.session = session;
    this.bytes = bytes;
  }

  /**
   * The session of a graph, loaded if need be. Whoever asks for it releases it.
   *
   * @param variableBytes what the graph's variables take in memory
   */
  static of(graph: SavedModelParts & { threads: Threads }, variableBytes: number): SharedSession {
    const { threads } = graph;
    const key = createHash("sha256").update(describeGraph(graph)).update(threads).digest("hex");
    let shared = sessions.get(key);
    if (shared === undefined) {
      shared = new SharedSession(key, openGraphSession(savedModelBytes(graph), threads), variableBytes);
      counts.loaded++;
    } else {
      counts.shared++;
    }
    shared.#users++;
    shared.#touch();
    return shared;
  }

  /** Makes a program the holder: the values of the one before are taken out first. */
  claim(holder: SessionHolder): void {
    if (this.#holder === holder) return;
    this.#holder?.leave();
    this.#holder = holder;
    this.#touch();
  }

  /** Ends a program's use. Its variables must have left. */
  release(holder: SessionHolder): void {
    if (this.#holder === holder) this.#holder = undefined;
    this.#users--;
    closeIdle();
  }

  #touch(): void {
    sessions.delete(this.#key);
    sessions.set(this.#key, this);
  }

  static idle(): SharedSession[] {
    return [...sessions.values()].filter((shared) => shared.#users === 0);
  }

  close(): void {
    sessions.delete(this.#key);
    this.session.dispose();
  }
}

/** All that a graph consists of, in less time than its bytes take. */
function describeGraph({ nodes, functions = [] }: SavedModelParts): string {
  const describe = (node: Node, inputName: (node: Node, i: number) => string): string => {
    const { name, op, inputs, after, attributes } = node;
    const edges = [inputs.map((_, i) => inputName(node, i)), after.map((other) => other.name)];
    return [name, op, ...edges, exactText(attributes)].join("|");
  };
  const lines = Array.from(nodes, (node) => describe(node, ({ inputs }, i) => printPort(inputs[i]!)));
  for (const { name, body, parameters, results, inputName } of functions) {
    lines.push(name, JSON.stringify([parameters, results]), ...body.map((node) => describe(node, inputName)));
  }
  return lines.join("\n");
}

/** Closes the sessions that have not been used for longest, as far as there are too many idle ones. */
function closeIdle(): void {
  const idle = SharedSession.idle();
  let bytes = idle.reduce((sum, shared) => sum + shared.bytes, 0);
  let left = idle.length;
  for (const shared of idle) {
    if (left <= mostIdle && bytes <= mostIdleBytes) return;
    shared.close();
    bytes -= shared.bytes;
    left--;
  }
}
