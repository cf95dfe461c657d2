import { randomUUID } from "node:crypto";
import { type ConnectionFile, createConnectionFile } from "../jupyter/create-connection-file";
import { createMessage, type WireMessage } from "../jupyter/wire-message";
import { type Channel, type KernelChannels, openChannels, type RequestChannel } from "./kernel-channels";
import { type KernelProcess, startKernelProcess } from "./kernel-process";
import { Deferred, settles, within } from "./timing";

/** Options for starting a kernel. */
export interface KernelOptions {
  /** Program and arguments; `{connection_file}` stands for the connection file's path. */
  command: readonly string[];
  /** The folder the kernel starts in: the notebook's. */
  cwd: string;
  /** Added to this process's environment; defaults to nothing. */
  env?: Record<string, string>;
  /** Seconds within which the kernel must answer, even on a busy machine; defaults to 180. */
  startTimeoutSeconds?: number;
  /** How to interrupt the kernel (`interrupt_mode` of the kernelspec); defaults to "signal". */
  interruptMode?: "signal" | "message";
}

/** Options for executing a cell. */
export interface ExecuteOptions {
  /** Defaults to false. */
  silent?: boolean;
  /** Defaults to true, or to false when silent. */
  storeHistory?: boolean;
  /** Whether a failure aborts the requests queued after this one; defaults to true. */
  stopOnError?: boolean;
  /** Expressions to evaluate after the code; defaults to none. */
  userExpressions?: Record<string, string>;
  /** Called with each iopub message of this cell as it arrives, including messages that arrive after the cell is done. */
  onMessage?: (message: WireMessage) => void;
  /** Answers the cell's requests for input. Without it, the request tells the kernel that input is not available. */
  onInput?: (prompt: string, password: boolean) => string | Promise<string>;
}

/** A running cell. All three promises reject with a `KernelDiedError` if the kernel's process ends first. */
export interface Execution {
  readonly requestId: string;
  /** The reply on the shell channel. */
  readonly reply: Promise<WireMessage>;
  /** Fulfilled by the `idle` status, when every message of the cell itself has arrived. */
  readonly idle: Promise<void>;
  /** Fulfilled when both have arrived, with the reply and all messages so far. */
  readonly done: Promise<{ reply: WireMessage; messages: WireMessage[] }>;
}

/** The kernel's process ended while a request was waiting. */
export class KernelDiedError extends Error {
  override readonly name = "KernelDiedError";
}

/** A sent request and the responses so far. Late outputs still reach its `onMessage`. */
interface Sent {
  reply: Deferred<WireMessage>;
  idle: Deferred<void>;
  messages: WireMessage[];
  onMessage: ExecuteOptions["onMessage"];
  onInput: ExecuteOptions["onInput"];
}

/** How long (ms) to wait for messages that are still in flight when the process ends, before pending requests fail. */
const inFlightMs = 100;

/** Starts a kernel and waits until it answers on shell and iopub. If it does not, this cleans up and throws. */
export async function startKernel(options: KernelOptions): Promise<KernelClient> {
  const file = await createConnectionFile("tslab");
  const command = options.command.map((part) => part.replaceAll("{connection_file}", file.path));
  let started: KernelProcess;
  try {
    started = await startKernelProcess(command, options.cwd, {
      ...process.env,
      JPY_PARENT_PID: String(process.pid), // as jupyter_client does: a kernel watches it, to end when its client is gone
      ...options.env,
    });
  } catch (error) {
    file.remove();
    throw error;
  }
  const client = new KernelClient(started, file, options.interruptMode ?? "signal");
  try {
    await client.ready(options.startTimeoutSeconds ?? 180);
  } catch (error) {
    await client.kill();
    throw error;
  }
  return client;
}

/** A running kernel; `startKernel` makes one. End it with `shutdown` or `kill`. */
export class KernelClient {
  readonly session = randomUUID();
  readonly connection: ConnectionFile["connection"];
  /** The path of the kernel's connection file. */
  readonly connectionFile: string;
  /** The content of the kernel's `kernel_info_reply`. */
  kernelInfo: Record<string, unknown> = {};
  /** Errors for frames that were not correctly signed messages. */
  readonly invalid: Error[] = [];
  readonly process: KernelProcess;

  readonly #file: ConnectionFile;
  readonly #interruptMode: "signal" | "message";
  readonly #channels: KernelChannels;
  readonly #sent = new Map<string, Sent>();
  readonly #watchers = new Set<(channel: Channel, message: WireMessage) => void>();

  constructor(kernelProcess: KernelProcess, file: ConnectionFile, interruptMode: "signal" | "message") {
    this.process = kernelProcess;
    this.connection = file.connection;
    this.connectionFile = file.path;
    this.#file = file;
    this.#interruptMode = interruptMode;
    this.#channels = openChannels(
      file.connection,
      this.session,
      (channel, message) => this.#receive(channel, message),
      (error) => this.invalid.push(error),
    );
    void kernelProcess.exited.then(() => {
      setTimeout(() => {
        for (const sent of this.#sent.values()) fail(sent, this.#death());
      }, inFlightMs);
    });
  }

  /** Waits for the first answers. `startKernel` calls this. */
  async ready(timeoutSeconds: number): Promise<void> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    const late = `the kernel did not answer within ${timeoutSeconds} s`;
    for (;;) {
      const info = this.#post("shell", "kernel_info_request", {}, {});
      const reply = await within(info.reply, (deadline - Date.now()) / 1000, late);
      this.kernelInfo = reply.content;
      // The subscription to iopub takes some time to reach the kernel. Only a status message proves that it has arrived.
      if (await settles(info.idle, 0.25)) return;
      if (Date.now() > deadline) throw new Error(`${late} on iopub`);
    }
  }

  /** Sends a cell to be run. */
  execute(code: string, options: ExecuteOptions = {}): Execution {
    const silent = options.silent ?? false;
    const content = {
      code,
      silent,
      store_history: options.storeHistory ?? !silent,
      user_expressions: options.userExpressions ?? {},
      allow_stdin: options.onInput !== undefined,
      stop_on_error: options.stopOnError ?? true,
    };
    return this.#post("shell", "execute_request", content, options);
  }

  /** Sends any other request and waits for its reply. */
  request(
    type: string,
    content: Record<string, unknown> = {},
    options: { channel?: "shell" | "control"; timeoutSeconds?: number } = {},
  ): Promise<WireMessage> {
    const { channel = "shell", timeoutSeconds = 60 } = options;
    const { reply } = this.#post(channel, type, content, {});
    return within(reply, timeoutSeconds, `no reply to ${type} within ${timeoutSeconds} s`);
  }

  /** Sends a message unchanged, for messages that no other method sends. */
  send(channel: RequestChannel, message: WireMessage): Promise<void> {
    return this.#channels.send(channel, message);
  }

  /** Calls `watcher` with every message that arrives. Call the returned function to stop. */
  watch(watcher: (channel: Channel, message: WireMessage) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Whether the heartbeat echoes. A kernel that runs synchronous code is alive but does not echo. */
  heartbeat(timeoutSeconds = 1): Promise<boolean> {
    return this.#channels.heartbeat(timeoutSeconds);
  }

  /** Interrupts the running cell, as set by `interruptMode`. */
  async interrupt(): Promise<void> {
    if (this.#interruptMode === "signal") this.process.signal("SIGINT");
    else await this.request("interrupt_request", {}, { channel: "control" });
  }

  /**
   * Asks the kernel to end, and kills it if it has not ended after `timeoutSeconds` (5 by default).
   * @returns whether it ended by itself
   */
  async shutdown(options: { restart?: boolean; timeoutSeconds?: number } = {}): Promise<boolean> {
    const { restart = false, timeoutSeconds = 5 } = options;
    if (this.process.ending === undefined) {
      this.#post("control", "shutdown_request", { restart }, {});
    }
    const ended = await settles(this.process.exited, timeoutSeconds);
    await this.kill();
    return ended;
  }

  /** Kills the kernel and all processes it started, closes the sockets and removes the connection file. */
  async kill(): Promise<void> {
    if (this.process.ending === undefined) await this.process.kill();
    this.#channels.close();
    this.#file.remove();
  }

  #post(channel: RequestChannel, type: string, content: Record<string, unknown>, options: ExecuteOptions): Execution {
    const message = createMessage(type, content, this.session);
    const sent: Sent = {
      reply: new Deferred(),
      idle: new Deferred(),
      messages: [],
      onMessage: options.onMessage,
      onInput: options.onInput,
    };
    this.#sent.set(message.header.msg_id, sent);
    if (this.process.ending !== undefined) fail(sent, this.#death());
    else this.#channels.send(channel, message).catch((error: Error) => fail(sent, error));
    const [reply, idle] = [sent.reply.promise, sent.idle.promise];
    const done = Promise.all([reply, idle]).then(([answer]) => ({ reply: answer, messages: sent.messages }));
    done.catch(() => undefined); // a caller awaits only the promises it needs
    return { requestId: message.header.msg_id, reply, idle, done };
  }

  #receive(channel: Channel, message: WireMessage): void {
    for (const watcher of this.#watchers) watcher(channel, message);
    const sent = this.#sent.get(message.parent.msg_id ?? "");
    if (sent === undefined) return; // another client's, or the kernel's own
    if (channel === "iopub") {
      sent.messages.push(message);
      sent.onMessage?.(message);
      if (message.header.msg_type === "status" && message.content.execution_state === "idle") sent.idle.resolve();
    } else if (channel === "stdin") {
      void this.#answerInput(message, sent);
    } else {
      sent.reply.resolve(message);
    }
  }

  async #answerInput(request: WireMessage, sent: Sent): Promise<void> {
    const { prompt, password } = request.content;
    const value = (await sent.onInput?.(String(prompt ?? ""), password === true)) ?? "";
    const answer = createMessage("input_reply", { status: "ok", value }, this.session, request);
    await this.#channels.send("stdin", answer);
  }

  #death(): KernelDiedError {
    const output = this.process.output().trim();
    return new KernelDiedError(`the kernel is gone: ${this.process.ending}${output === "" ? "" : `\n${output}`}`);
  }
}

function fail(sent: Sent, error: Error): void {
  sent.reply.reject(error);
  sent.idle.reject(error);
}
