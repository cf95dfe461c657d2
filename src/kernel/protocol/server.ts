import { randomUUID } from "node:crypto";
import { Publisher, Router } from "zeromq";
import { type Connection, readConnectionFile, socketAddress } from "../../jupyter/connection-file";
import {
  type Attachments,
  type Content,
  createMessage,
  createSign,
  decodeMessage,
  encodeMessage,
  type Sign,
  type WireMessage,
} from "../../jupyter/wire-message";
import { logLine } from "../base/kernel-log";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { createControlOutputs } from "./control-outputs";
import { type ControlThread, startControlThread } from "./control-thread";
import { createMailbox } from "./mailbox";
import { createStdinChannel, type StdinChannel } from "./stdin-channel";
import { unblockSends } from "./unblocked-sends";

const executeRequest = "execute_request";

/** A request, as passed to its handler. */
export interface Request {
  content: Content;
  metadata: Content;
  buffers: readonly Buffer[];
  /** The number of the request, in order of arrival. */
  sequence: number;
  /** Sends an iopub message on behalf of this request, even long after the reply. */
  publish(type: string, content: Content, attachments?: Attachments): void;
  /** Asks the front end that sent this request for input, and returns the id of the `input_request`. */
  ask(content: Content): string;
}

/** Answers one type of request with the content of its reply; `undefined` means that the type has no reply. */
export type Handler = (request: Request) => Content | undefined | Promise<Content | undefined>;

/** The handlers of a kernel, by message type. */
export type Handlers = Readonly<Record<string, Handler>>;

/** The running server. */
export interface Server {
  /** Sequence number of the latest request. It stops changing when the sockets are empty. */
  received(): number;
  /** The answers to `Request.ask`. */
  readonly stdin: StdinChannel;
  /** Sends the iopub messages that the control thread has posted. The event loop also does so. */
  deliver(): void;
  /** Lets the debugger set the breakpoints in the scripts that are about to run. */
  prepareDebugger(): Promise<void> | undefined;
  /**
   * Answers until the sockets are closed.
   * @param interrupts The control thread's count of interrupt requests. The interrupt handler must settle them.
   * @param onOrphaned Called when the process that started the kernel is gone.
   */
  serve(handlers: Handlers, interrupts: InterruptRequests, onOrphaned: () => void): Promise<void>;
  /** Closes the sockets. Messages that were already sent are still delivered. */
  close(): void;
}

/**
 * Listens on the ports in the connection file. The control, stdin and heartbeat sockets belong to the control thread. Messages
 * that are not signed with the file's key are ignored.
 */
export async function openServer(connectionFile: string): Promise<Server> {
  const info = readConnectionFile(connectionFile);
  const sign = createSign(info.signature_scheme, info.key);
  const session = randomUUID();
  const parent = process.ppid;
  const shell = new Router();
  const mailbox = createMailbox();
  const iopub = new Publisher();
  await bindAll(info, { shell, iopub });

  let received = 0;
  /** The running execute request, and the end of the queue of waiting requests. They run one at a time. */
  let running: WireMessage | undefined;
  let executions: Promise<void> = Promise.resolve();

  let control: ControlThread | undefined;
  const sendPublic = sendOn(iopub);

  function encode(identities: Buffer[], type: string, content: Content, to?: WireMessage, more?: Attachments) {
    return encodeMessage({ ...createMessage(type, content, session, to, more), identities }, sign);
  }
  function publish(type: string, content: Content, to?: WireMessage, more?: Attachments): void {
    sendPublic(encode([Buffer.from(type)], type, content, to, more));
  }
  function ask(content: Content, to: WireMessage): string {
    const message = { ...createMessage("input_request", content, session, to), identities: to.identities };
    control?.ask(encodeMessage(message, sign));
    return message.header.msg_id;
  }
  function publishState(state: string, to?: WireMessage) {
    publish("status", { execution_state: state }, to);
  }

  const outputs = createControlOutputs(({ type, content, to }) => {
    publish(type, content, to);
    // As after other requests. With a parent, JupyterLab would ask the debugger for the variables, which again publishes.
    if (content.execution_state === "idle" && running !== undefined) publishState("busy");
  });

  async function answer(send: Send, message: WireMessage, sequence: number, handler: Handler): Promise<void> {
    const type = message.header.msg_type;
    publishState("busy", message);
    if (type === executeRequest) running = message;
    try {
      const request: Request = {
        content: message.content,
        metadata: message.metadata,
        buffers: message.buffers,
        sequence,
        publish: (outputType, content, more) => publish(outputType, content, message, more),
        ask: (content) => ask(content, message),
      };
      const reply = await invoke(handler, request);
      if (reply !== undefined) {
        send(encode(message.identities, type.replace(/_request$/, "_reply"), reply, message));
      }
    } finally {
      if (running === message) running = undefined;
      publishState("idle", message);
      // Front ends show the last status as the kernel's status, so a completion during training must not leave it at idle.
      if (running !== undefined) publishState("busy", running);
    }
  }

  function accept(send: Send, frames: Buffer[], handlers: Handlers): void {
    const sequence = ++received;
    const message = decodeOrIgnore(frames, sign);
    if (message === undefined) return;
    const type = message.header.msg_type;
    const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    if (handler === undefined) logLine(`no answer to messages of type ${type}`);
    const work = () => answer(send, message, sequence, handler ?? (() => undefined));
    if (type === executeRequest) executions = executions.then(work);
    else void work();
  }

  return {
    received: () => received,
    stdin: createStdinChannel(mailbox, sign),
    deliver: outputs.deliver,
    prepareDebugger: () => control?.prepareDebugger(),
    async serve(handlers, interrupts, onOrphaned) {
      const thread = startControlThread(
        { connection: info, session, parent, interrupts: interrupts.memory, input: mailbox.slot, output: outputs.slot },
        (frames) => accept(thread.send, frames, handlers),
        onOrphaned,
      );
      control = thread;
      publishState("starting");
      publishState("idle");
      const sendShell = sendOn(shell);
      for await (const frames of shell) accept(sendShell, frames, handlers);
    },
    close() {
      control?.close();
      for (const socket of [shell, iopub]) socket.close();
    },
  };
}

async function bindAll(info: Connection, { shell, iopub }: { shell: Router; iopub: Publisher }): Promise<void> {
  for (const socket of [shell, iopub]) unblockSends(socket);
  await Promise.all([
    shell.bind(socketAddress(info, info.shell_port)),
    iopub.bind(socketAddress(info, info.iopub_port)),
  ]);
}

function decodeOrIgnore(frames: Buffer[], sign: Sign): WireMessage | undefined {
  try {
    return decodeMessage(frames, sign);
  } catch (error) {
    logLine(`ignored ${(error as Error).message}`);
    return undefined;
  }
}

/** Sends the frames of a message. */
type Send = (frames: (Buffer | string)[]) => void;

function sendOn(socket: Publisher | Router): Send {
  return (frames) => {
    // A cell that ends during the shutdown still has something to say, but nobody listens.
    if (socket.closed) return;
    socket.send(frames).catch((error) => logLine(`a message could not be sent: ${error.message}`));
  };
}

/** If a handler fails, the reply contains the error, and the kernel keeps running. */
async function invoke(handler: Handler, request: Request): Promise<Content | undefined> {
  try {
    return await handler(request);
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    logLine(`a request failed: ${stack}`);
    return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
  }
}
