import { createHash } from "node:crypto";
import { exactText } from "./attribute";
import { type Node, printPort } from "./graph";
import { type GraphSession, openGraphSession } from "./graph-session";
import { type SavedModelParts, savedModelBytes } from "./protobuf";
import type { Threads } from "./session-threads";

/** The current user of a session. The session contains its variables. */
export interface SessionHolder {
  /** Fetches the values of the variables, because another holder is about to load its own. */
  leave(): void;
}

/** Numbers of loaded graphs in this process. */
export interface SessionCounts {
  /** Graphs that were loaded since the process started. */
  loaded: number;
  /** Programs that reused a graph that was already loaded. */
  shared: number;
  /** Graphs that are loaded at the moment. */
  open: number;
  /** Loaded graphs that no program uses at the moment. */
  idle: number;
}

const counts = { loaded: 0, shared: 0 };

/** Counts how many graphs this process has loaded and shared, and how many are loaded at the moment. */
export const sessionCounts = (): SessionCounts => ({
  ...counts,
  open: sessions.size,
  idle: SharedSession.idle().length,
});

/** The maximum number of unused graphs that stay loaded for the next model of the same kind. */
const mostIdle = 24;
/** The maximum size of the variables in unused graphs, in bytes. */
const mostIdleBytes = 64 * 2 ** 20;

/** Sessions by a hash of their graph, in order of use: the most recent is last. */
const sessions = new Map<string, SharedSession>();

/**
 * A loaded graph. Programs with equal graphs take turns using it, so it is compiled only once per process. They differ in their
 * variables, captured tensors and arguments, and none of these is part of the graph.
 */
export class SharedSession {
  readonly session: GraphSession;
  /** The size of its variables, in bytes. */
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
   * The session of a graph, which is loaded if necessary. The caller must release it.
   *
   * @param variableBytes the size of the graph's variables, in bytes
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

  /** Makes a program the holder. The values of the previous holder are fetched first. */
  claim(holder: SessionHolder): void {
    if (this.#holder === holder) return;
    this.#holder?.leave();
    this.#holder = holder;
    this.#touch();
  }

  /** Ends a program's use of the session. The values of its variables must have been fetched before. */
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

/** A complete description of a graph. It is faster to make than the bytes of the graph. */
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

/** Closes the least recently used idle sessions if there are too many. */
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
