import type { Content, WireMessage } from "../../jupyter/wire-message";
import { logLine } from "../base/kernel-log";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { capabilities, type DapArguments, debugCommands, idleCommands } from "./debug-commands";
import { attachTarget, type DebugTarget } from "./debug-target";

/** How often (ms) to look whether an interrupt has been handled. */
const settleCheck = 50;

/** The body of a failed response. JupyterLab reads these lists without a look at `success`. */
const noLists = { variables: [], scopes: [], stackFrames: [], breakpoints: [], modules: [] };

/** What the debugger needs of the control thread. */
export interface DebugChannel {
  /** Posts an iopub message for the main thread to send. */
  post(type: string, content: Content, to?: WireMessage): void;
  /** Sends a reply on the control channel. */
  reply(to: WireMessage, type: string, content: Content): void;
  /** Counts an interrupt that came as a signal, and sends the signal again. */
  signalAgain(): void;
}

/** The kernel's debugger, in the control thread. It answers `debug_request`s also while a cell is paused or busy. */
export interface DebugServer {
  /** Answers a `debug_request`, after all earlier ones. */
  handle(message: WireMessage): void;
  /** A cell is about to run: sets the breakpoints in it, then calls `ready`. */
  prepare(ready: () => void): void;
  /**
   * Ends the pause of an interrupted cell. Returns false if nothing is paused.
   * @param number The number of the interrupt request.
   * @param signal Sends the signal of the interrupt.
   */
  interrupt(number: number, signal: () => void): boolean;
  /** Ends a pause and the debugger, because the kernel ends. */
  release(): void;
}

export function createDebugServer(channel: DebugChannel, interrupts: InterruptRequests): DebugServer {
  let target: DebugTarget | undefined;
  let work: Promise<void> = Promise.resolve();
  let sequence = 0;

  const enqueue = (task: () => Promise<void>) => {
    work = work.then(task).catch((error: Error) => logLine(`the debugger failed: ${error.stack}`));
  };
  function publish(type: string, content: Content, to?: WireMessage): Promise<void> {
    channel.post(type, content, to);
    return target?.deliver().catch(() => undefined) ?? Promise.resolve();
  }
  function report(event: string, body: object): void {
    void publish("debug_event", { type: "event", seq: ++sequence, event, body });
  }

  async function dispatch(command: string, args: DapArguments): Promise<object> {
    if (command === "initialize" || command === "attach") {
      // A front end counts the debugger as started after `initialize`, and may ask about variables before it sends `attach`.
      target ??= await attachTarget(report, channel.signalAgain);
      if (command === "initialize") return capabilities;
      report("initialized", {});
      return {};
    }
    if (command === "disconnect") {
      if (target?.pauses.frames().length) report("continued", { threadId: 1, allThreadsContinued: true });
      await target?.detach();
      return {};
    }
    if (Object.hasOwn(idleCommands, command)) return idleCommands[command]!(target, args);
    const known = Object.hasOwn(debugCommands, command) ? debugCommands[command] : undefined;
    if (known === undefined) throw new Error(`the debugger does not support ${command}`);
    if (target === undefined) throw new Error(`${command} needs a debugger: send initialize first`);
    return known(target, args);
  }

  async function answer(message: WireMessage): Promise<void> {
    const { seq, command, arguments: args } = message.content;
    const response = { type: "response", seq: ++sequence, request_seq: seq, command };
    void publish("status", { execution_state: "busy" }, message);
    let outcome: Content;
    try {
      outcome = { success: true, body: await dispatch(String(command), (args ?? {}) as DapArguments) };
    } catch (error) {
      outcome = { success: false, message: (error as Error).message, body: noLists };
    }
    channel.reply(message, "debug_reply", { ...response, ...outcome });
    const sent = publish("status", { execution_state: "idle" }, message);
    if (command !== "disconnect") return;
    await sent;
    target?.close();
    target = undefined;
  }

  async function rearm(number: number): Promise<void> {
    while (!interrupts.isSettled(number)) await new Promise((resolve) => setTimeout(resolve, settleCheck));
    await target?.pauses.rearm();
    await target?.deliver();
  }

  return {
    handle: (message) => enqueue(() => answer(message)),
    prepare(ready) {
      const update = async () => {
        await target?.pauses.rearm();
        await target?.update();
      };
      enqueue(() => update().finally(ready));
    },
    interrupt(number, signal) {
      if (target?.pauses.interrupt(signal) !== true) return false;
      void rearm(number).catch(() => undefined);
      return true;
    },
    release() {
      const released = target;
      target = undefined;
      void released
        ?.detach()
        .catch(() => undefined)
        .finally(released.close);
    },
  };
}
