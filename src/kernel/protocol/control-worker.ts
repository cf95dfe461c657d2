import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { socketAddress } from "../../jupyter/connection-file";
import { createMessage, createSign, decodeMessage, encodeMessage, type WireMessage } from "../../jupyter/wire-message";
import { logLine } from "../base/kernel-log";
import { createDebugServer } from "../debugger/debug-server";
import { interruptRequests } from "../interrupts/interrupt-requests";
import { killKernel } from "../process/end-kernel";
import { watchParent } from "../process/orphan-watch";
import type { ControlOptions, ControlOutput, FromControl, ToControl } from "./control-thread";
import { openMailbox } from "./mailbox";
import { unblockSends } from "./unblocked-sends";

/** The body of the control thread; see `control-thread.ts`. */

/** How long (ms) the main thread may take to end before the process is killed. */
const patience = 2000;
/** How long (ms) the reply to a shutdown may take to be sent before the process is killed. */
const farewell = 500;
/** How long (ms) an interrupt may take before a signal follows, and before it is repeated. */
const firstSignal = 50;
const nextSignal = 1000;
/** How long (ms) to wait while the main thread is inside the TensorFlow.js engine. */
const engineBusy = 5;
/** How often, and at which interval (ms), a question to a front end that is not connected is sent again. */
const askAttempts = 200;
const askAgain = 50;

const { connection, session, parent, interrupts: memory, input, output } = workerData as ControlOptions;
const interrupts = interruptRequests(memory);
const mailbox = openMailbox(input);
const outputs = openMailbox(output);
const sign = createSign(connection.signature_scheme, connection.key);
const control = new Router();
// A message to a front end that is not connected is an error, instead of being dropped silently.
const stdin = new Router({ mandatory: true });
const heartbeat = new Reply();
for (const socket of [control, stdin]) unblockSends(socket);

const main = parentPort;
if (main === null) throw new Error("control-worker.js runs as a thread of the kernel");
const post = (message: FromControl) => main.postMessage(message);
main.on("message", (message: ToControl) => {
  if (message.type === "send") void control.send(message.frames);
  else if (message.type === "ask") void ask(message.frames);
  else if (message.type === "prepare") debug.prepare(() => post({ type: "prepared" }));
  else {
    debug.release();
    for (const socket of [control, stdin, heartbeat]) socket.close();
  }
});

const debug = createDebugServer(
  {
    post: (type, content, to) => outputs.post({ type, content, to } satisfies ControlOutput),
    reply,
    signalAgain: () => interruptPause(interrupts.add()),
  },
  interrupts,
);

watchParent(parent, () => {
  debug.release();
  post({ type: "orphaned" });
  setTimeout(killKernel, patience);
});

void readControl();
const stdinBound = stdin.bind(socketAddress(connection, connection.stdin_port));
void readStdin();
void echoHeartbeat();

async function readControl(): Promise<void> {
  await control.bind(socketAddress(connection, connection.control_port));
  for await (const frames of control) {
    let message: WireMessage;
    try {
      message = decodeMessage(frames, sign);
    } catch (error) {
      logLine(`ignored ${(error as Error).message}`);
      continue;
    }
    const type = message.header.msg_type;
    if (type === "debug_request") {
      debug.handle(message);
      continue;
    }
    if (type === "interrupt_request") {
      reply(message, "interrupt_reply", { status: "ok" });
      const number = interrupts.add();
      if (!interruptPause(number)) insist(number);
      mailbox.wake();
    }
    if (type === "shutdown_request") {
      debug.release();
      mailbox.post("shutdown");
      setTimeout(() => {
        reply(message, "shutdown_reply", { status: "ok", restart: message.content.restart === true });
        setTimeout(killKernel, farewell);
      }, patience);
    }
    post({ type: "frames", frames });
  }
}

/** The answers to `prompt()`. This thread reads them, because `prompt()` blocks the main thread. */
async function readStdin(): Promise<void> {
  await stdinBound;
  for await (const frames of stdin) mailbox.post(frames);
}

/** Sends a question. In the first moments of a kernel, the front end may not be connected to this socket yet. */
async function ask(frames: (Uint8Array | string)[]): Promise<void> {
  await stdinBound;
  for (let attempt = 1; !stdin.closed; attempt++) {
    try {
      return await stdin.send(frames);
    } catch (error) {
      if (attempt === askAttempts) return logLine(`a question could not be sent: ${(error as Error).message}`);
      await new Promise((resolve) => setTimeout(resolve, askAgain));
    }
  }
}

/**
 * The request goes to the main thread as a message. A main thread in synchronous code does not read messages. It notices
 * the request when it enters the TensorFlow.js engine (`guard-engine.ts`); for all other code a signal follows. Node may lose a signal that arrives at the very end of synchronous code, so this
 * repeats the signal. The delay matters: a signal that arrives while Node restores its handlers would end the process.
 */
function insist(number: number, wait = firstSignal): void {
  setTimeout(() => signal(number), wait);
}

function signal(number: number): void {
  if (interrupts.isSettled(number)) return;
  const isAllowed = interrupts.addSignal();
  if (isAllowed) process.kill(process.pid, "SIGINT");
  insist(number, isAllowed ? nextSignal : engineBusy);
}

/** Interrupts the cell if it is paused. The signal comes first, so that the cell does not go on after the pause. */
function interruptPause(number: number): boolean {
  return debug.interrupt(number, () => signal(number));
}

function reply(to: WireMessage, type: string, content: Record<string, unknown>): void {
  void control.send(encodeMessage({ ...createMessage(type, content, session, to), identities: to.identities }, sign));
}

async function echoHeartbeat(): Promise<void> {
  await heartbeat.bind(socketAddress(connection, connection.hb_port));
  for await (const beat of heartbeat) await heartbeat.send(beat);
}
