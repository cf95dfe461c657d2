import type { WireMessage } from "../../src/jupyter/wire-message";
import type { Execution, KernelClient } from "../../src/notebook/kernel-client";
import { until } from "./test-kernel";

/** A response of the Debug Adapter Protocol. */
export interface DapResponse {
  success: boolean;
  message?: string;
  command: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the command
  body: any;
}

/** A paused cell, as the front end's panel shows it. */
export interface Pause {
  reason: string;
  frames: { id: number; name: string; line: number; column: number; source: { path: string } }[];
  /** The position of the innermost frame. */
  line: number;
  /** The variables of each scope of the innermost frame, as texts. */
  scopes: Record<string, Record<string, string>>;
}

/** Drives the debugger of a kernel as JupyterLab does. */
export interface DebugClient {
  send(command: string, args?: object): Promise<DapResponse>;
  /** Sets breakpoints in a cell that may not have run, and returns the cell's path. */
  breakAt(code: string, ...lines: number[]): Promise<string>;
  /** Waits until a pause has begun that has not been returned yet. */
  paused(): Promise<Pause>;
  /** Sends `continue`, `next`, `stepIn` or `stepOut`, and waits for the next pause. */
  step(command: string): Promise<Pause>;
  /** The events so far. */
  readonly events: { event: string; body: Record<string, unknown> }[];
  close(): void;
}

export function openDebugClient(kernel: KernelClient): DebugClient {
  let sequence = 0;
  let taken = 0;
  const events: DebugClient["events"] = [];
  const close = kernel.watch((channel, { header, content }: WireMessage) => {
    if (channel === "iopub" && header.msg_type === "debug_event") events.push(content as never);
  });
  const stops = () => events.filter(({ event }) => event === "stopped");

  async function send(command: string, args: object = {}): Promise<DapResponse> {
    const request = { type: "request", seq: ++sequence, command, arguments: args };
    const reply = await kernel.request("debug_request", request, { channel: "control", timeoutSeconds: 120 });
    return reply.content as unknown as DapResponse;
  }
  async function paused(): Promise<Pause> {
    await until(() => stops().length > taken, "a pause");
    const { body } = stops()[taken++]!;
    const { stackFrames: frames } = (await send("stackTrace", { threadId: 1 })).body;
    const scopes: Pause["scopes"] = {};
    for (const { name, variablesReference } of (await send("scopes", { frameId: frames[0].id })).body.scopes) {
      const { variables } = (await send("variables", { variablesReference })).body;
      scopes[name] = Object.fromEntries(variables.map((v: { name: string; value: string }) => [v.name, v.value]));
    }
    return { reason: String(body.reason), frames, line: frames[0].line, scopes };
  }
  return {
    send,
    async breakAt(code, ...lines) {
      const { sourcePath: path } = (await send("dumpCell", { code })).body;
      await send("setBreakpoints", { source: { path }, breakpoints: lines.map((line) => ({ line })) });
      return path;
    },
    paused,
    async step(command) {
      await send(command, { threadId: 1 });
      return paused();
    },
    events,
    close,
  };
}

/** Starts a cell whose promise may stay pending, so that an unhandled rejection does not end the test. */
export function start(kernel: KernelClient, code: string): Execution {
  const execution = kernel.execute(code);
  execution.reply.catch(() => undefined);
  execution.idle.catch(() => undefined);
  return execution;
}
