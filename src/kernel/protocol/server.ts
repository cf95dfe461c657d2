import { randomUUID } from "node:crypto";
import { Publisher, Reply, Router } from "zeromq";
import { logLine } from "../kernel-log";
import { unblockSends } from "../repairs/unblocked-sends";
import { type ConnectionInfo, readConnectionFile } from "./connection-file";
import { type Content, createHeader, createSign, decodeMessage, encodeMessage, type WireMessage } from "./wire-message";

const executeRequest = "execute_request";

/** A request as its handler sees it. */
export interface Request {
  content: Content;
  /** The requests are numbered in the order in which they arrived. */
  sequence: number;
  /** Sends an iopub message on behalf of this request; also long after it has been answered. */
  publish(type: string, content: Content): void;
}

/** Answers one type of request with the content of its reply; `undefined` means that the type has no reply. */
export type Handler = (request: Request) => Content | undefined | Promise<Content | undefined>;

/** The handlers of a kernel, by message type. */
export type Handlers = Readonly<Record<string, Handler>>;

/** The running server. */
export interface Server {
  /** Sequence number of the latest request: it stands still when the sockets are empty. */
  received(): number;
  /** Starts to answer. */
  serve(handlers: Handlers): void;
  /** Closes the sockets; what has been sent still leaves. */
  close(): void;
}

/** Listens on the five sockets of the connection file. A message that is not signed with its key is ignored. */
export async function openServer(connectionFile: string): Promise<Server> {
  const info = readConnectionFile(connectionFile);
  const sign = createSign(info.signature_scheme, info.key);
  const session = randomUUID();
  const shell = new Router();
  const control = new Router();
  const stdin = new Router();
  const iopub = new Publisher();
  const heartbeat = new Reply();
  for (const socket of [shell, control, iopub]) unblockSends(socket);
  await Promise.all([
    shell.bind(address(info, info.shell_port)),
    control.bind(address(info, info.control_port)),
    stdin.bind(address(info, info.stdin_port)),
    iopub.bind(address(info, info.iopub_port)),
    heartbeat.bind(address(info, info.hb_port)),
  ]);

  let received = 0;
  /** The execute request that is running, and the end of the queue of those that wait: one runs at a time. */
  let running: WireMessage | undefined;
  let executions: Promise<void> = Promise.resolve();

  function send(socket: Publisher | Router, identities: Buffer[], type: string, content: Content, to?: WireMessage) {
    const header = createHeader(type, session);
    const message = { identities, header, parent: to?.header ?? {}, metadata: {}, content };
    socket.send(encodeMessage(message, sign)).catch((error) => logLine(`cannot send ${type}: ${error.message}`));
  }
  function publish(type: string, content: Content, to?: WireMessage) {
    send(iopub, [Buffer.from(type)], type, content, to);
  }
  function publishState(state: string, to?: WireMessage) {
    publish("status", { execution_state: state }, to);
  }

  async function answer(socket: Router, message: WireMessage, sequence: number, handler: Handler): Promise<void> {
    const type = message.header.msg_type;
    publishState("busy", message);
    if (type === executeRequest) running = message;
    try {
      const request: Request = {
        content: message.content,
        sequence,
        publish: (outputType, content) => publish(outputType, content, message),
      };
      const reply = await invoke(handler, request);
      if (reply !== undefined) {
        send(socket, message.identities, type.replace(/_request$/, "_reply"), reply, message);
      }
    } finally {
      if (running === message) running = undefined;
      publishState("idle", message);
      // Front ends take the last status for the kernel's: a completion during training must not show it as idle.
      if (running !== undefined) publishState("busy", running);
    }
  }

  function accept(socket: Router, frames: Buffer[], handlers: Handlers): void {
    const sequence = ++received;
    let message: WireMessage;
    try {
      message = decodeMessage(frames, sign);
    } catch (error) {
      logLine(`ignored ${(error as Error).message}`);
      return;
    }
    const type = message.header.msg_type;
    const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    if (handler === undefined) logLine(`no answer to messages of type ${type}`);
    const work = () => answer(socket, message, sequence, handler ?? (() => undefined));
    if (type === executeRequest) executions = executions.then(work);
    else void work();
  }

  async function read(socket: Router, handlers: Handlers): Promise<void> {
    for await (const frames of socket) accept(socket, frames, handlers);
  }

  async function echoHeartbeat(): Promise<void> {
    for await (const beat of heartbeat) await heartbeat.send(beat);
  }

  return {
    received: () => received,
    serve(handlers) {
      void read(shell, handlers);
      void read(control, handlers);
      void echoHeartbeat();
      publishState("starting");
      publishState("idle");
    },
    close() {
      for (const socket of [shell, control, stdin, iopub, heartbeat]) socket.close();
    },
  };
}

function address(info: ConnectionInfo, port: number): string {
  return info.transport === "ipc" ? `ipc://${info.ip}-${port}` : `${info.transport}://${info.ip}:${port}`;
}

/** A handler that fails answers with the error: the kernel goes on. */
async function invoke(handler: Handler, request: Request): Promise<Content | undefined> {
  try {
    return await handler(request);
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    logLine(`a request failed: ${stack}`);
    return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
  }
}
