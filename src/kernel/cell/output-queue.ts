import type { Content } from "../../jupyter/wire-message";
import { createStreamLimit } from "./stream-limit";

/** How long (ms) output may wait for more output of the same kind. */
const interval = 50;
/** The maximum number of characters in one stream message. */
const longestText = 1 << 20;

/** The outputs of a cell that have not been sent to the front end yet. */
export interface OutputQueue {
  /** Text from `console.log` and other writes to a stream. */
  write(name: "stdout" | "stderr", text: string): void;
  /** A display, an update of one, or a request to clear. */
  send(type: "display_data" | "update_display_data" | "clear_output", content: Content): void;
  /** Sends all waiting output now. */
  flush(): void;
  /** The cell has ended: also sends the end of a text that was too long. */
  end(): void;
}

type Queued = { type: string; content: Content; text?: string[]; length?: number };

/** The original timers, before the interrupt code wraps them: output is the kernel's work, not the cell's. */
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/**
 * tslab sends one message per write. A burst then exceeds the limits of the Jupyter server (1,000 messages a second) and
 * of the page. This queue joins texts of the same stream into one message, sends only the last of several updates of one
 * display, and sends at most every 50 ms. All other output keeps its order. Nothing waits longer than 50 ms, except in a
 * synchronous loop, where the next write sends it.
 */
export function createOutputQueue(publish: (type: string, content: Content) => void): OutputQueue {
  let queue: Queued[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastFlush = 0;
  const limit = createStreamLimit();

  function flush(): void {
    stopTimer(timer);
    timer = undefined;
    lastFlush = Date.now();
    const waiting = queue;
    queue = [];
    for (const { type, content, text } of waiting) {
      try {
        publish(type, text === undefined ? content : { ...content, text: text.join("") });
      } catch (error) {
        // Messages are JSON: a display with a cycle or a BigInt cannot be sent, but the other outputs can.
        publish("stream", { name: "stderr", text: `An output could not be sent: ${(error as Error).message}\n` });
      }
    }
  }

  function schedule(): void {
    if (Date.now() - lastFlush >= interval) flush();
    else timer ??= startTimer(flush, interval);
  }

  function append(name: "stdout" | "stderr", text: string): void {
    if (text === "") {
      // In a synchronous loop, only the next write sends what waits, also if this write itself is left out.
      if (queue.length > 0) schedule();
      return;
    }
    const last = queue.at(-1);
    if (last?.text !== undefined && last.content.name === name && last.length! < longestText) {
      last.text.push(text);
      last.length! += text.length;
    } else {
      queue.push({ type: "stream", content: { name }, text: [text], length: text.length });
    }
    schedule();
  }

  return {
    write(name, text) {
      append(name, limit.take(name, text));
    },
    send(type, content) {
      if (type === "clear_output") limit.reset();
      const id = displayId(content);
      const earlier =
        type === "update_display_data" && id !== undefined
          ? queue.find((queued) => queued.type !== "stream" && displayId(queued.content) === id)
          : undefined;
      if (earlier !== undefined) earlier.content = content;
      else queue.push({ type, content });
      schedule();
    },
    flush,
    end() {
      for (const { name, text } of limit.end()) append(name, text);
      flush();
    },
  };
}

function displayId(content: Content): string | undefined {
  return (content.transient as { display_id?: string } | undefined)?.display_id;
}
