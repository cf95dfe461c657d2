import type { WireMessage } from "../../jupyter/wire-message";
import { type Cell, currentCell } from "../cell/cell";
import type { StdinChannel } from "../protocol/stdin-channel";
import { InputError } from "./input-error";

/** A question to the user. */
export interface Question {
  /** Who asks, for error messages: `prompt()`. */
  asker: string;
  /** The text beside the input field. */
  prompt: string;
  /** Whether the front end hides what is typed; defaults to false. */
  hidden?: boolean;
}

/** Asks the user, on behalf of the running cell. Both functions throw if nobody can answer, and after an interrupt. */
export interface Ask {
  /** Blocks until the user has answered. */
  now(question: Question): string;
  /** @param signal Withdraws the question. */
  later(question: Question, signal?: AbortSignal): Promise<string>;
}

/** A question without an answer. */
interface Open {
  cell: Cell;
  answer(text: string): void;
  fail(error: unknown): void;
}

/** @param checkpoint Throws if the cell was interrupted. */
export function createAsk(stdin: StdinChannel, checkpoint: () => void): Ask {
  /** By the id of the request, in the order in which they were asked. */
  const open = new Map<string, Open>();
  /** The latest question that a cell asked with `later`: a front end shows one at a time. */
  const latest = new WeakMap<Cell, Promise<unknown>>();

  stdin.onMessage((message) => {
    if (message === undefined) failAll(new InputError("the kernel is shutting down"));
    else if (message.header.msg_type === "input_reply") settle(message);
  });

  /** An answer names its request. Clients that do not name it answer the latest one. All other answers are dropped. */
  function settle({ parent, content }: WireMessage): void {
    const id = parent.msg_id ?? [...open.keys()].at(-1) ?? "";
    const asked = open.get(id);
    open.delete(id);
    if (asked !== undefined && !asked.cell.done) asked.answer(String(content.value ?? ""));
  }

  function failAll(error: InputError): void {
    for (const { fail } of open.values()) fail(error);
    open.clear();
  }

  /** Sends the request, after everything that the cell has printed. */
  function send(cell: Cell, { asker, prompt, hidden = false }: Question, asked: Omit<Open, "cell">): string {
    if (cell.ask === undefined) throw unanswerable(asker);
    for (const [id, { cell: earlier }] of open) if (earlier.done) open.delete(id);
    cell.output.flush();
    const id = cell.ask({ prompt, password: hidden });
    open.set(id, { cell, ...asked });
    return id;
  }

  function sendLater(cell: Cell, question: Question, signal: AbortSignal): Promise<string> {
    return new Promise((answer, fail) => {
      signal.throwIfAborted();
      const id = send(cell, question, { answer, fail });
      const withdraw = () => {
        open.delete(id);
        fail(signal.reason);
      };
      signal.addEventListener("abort", withdraw, { once: true });
    });
  }

  function cellOf({ asker }: Question): Cell {
    const cell = currentCell();
    if (cell !== undefined && !cell.done) return cell;
    throw new InputError(`${asker} was called after its cell had ended: await the work that calls it in the cell`);
  }

  return {
    now(question) {
      const cell = cellOf(question);
      const { signal } = cell.interrupt;
      const interruptedBefore = signal.aborted;
      let outcome: { text: string } | { error: unknown } | undefined;
      const id = send(cell, question, {
        answer: (text) => (outcome = { text }),
        fail: (error) => (outcome = { error }),
      });
      try {
        while (outcome === undefined) {
          stdin.wait();
          checkpoint();
          // A cell that watches the signal is not stopped at its first interrupt, but its question is.
          if (signal.aborted && !interruptedBefore) throw signal.reason;
        }
      } finally {
        open.delete(id);
      }
      if ("error" in outcome) throw outcome.error;
      return outcome.text;
    },
    async later(question, withdraw) {
      const cell = cellOf(question);
      const signals = [cell.interrupt.signal, ...(withdraw === undefined ? [] : [withdraw])];
      const signal = AbortSignal.any(signals);
      const before = latest.get(cell) ?? Promise.resolve();
      const asked = before.then(
        () => sendLater(cell, question, signal),
        () => sendLater(cell, question, signal),
      );
      latest.set(cell, asked);
      return asked;
    },
  };
}

function unanswerable(asker: string): InputError {
  return new InputError(
    `${asker} needs an answer, but this run accepts no input. Write the value into the cell, or assign it in a cell with ` +
      'the tag "parameters" and pass it: elbo-lab run NOTEBOOK -p NAME=value',
  );
}
