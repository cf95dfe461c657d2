import type { Content } from "../../jupyter/wire-message";

/** How long (ms) output may wait for more of its kind. */
const interval = 50;
/** A stream message is closed at this many characters, so that no single message grows without bound. */
const longestText = 1 << 20;

/** The outputs of a cell on their way to the front end. */
export interface OutputQueue {
  /** Text of `console.log` and the like. */
  write(name: "stdout" | "stderr", text: string): void;
  /** A display, an update of one, or a request to clear. */
  send(type: "display_data" | "update_display_data" | "clear_output", content: Content): void;
  /** Sends everything that waits, now. */
  flush(): void;
}

type Queued = { type: string; content: Content; text?: string[]; length?: number };

/** The timers as they were before the interrupt repair wraps them: output is the kernel's work, not the cell's. */
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/**
 * tslab sends one message per write. A burst then meets the limits of the Jupyter server (1,000 messages a second) and of
 * the page. Here texts of the same stream become one message, and of several updates of one display only the last is
 * sent, at most every 50 ms; the order of everything else stays, and nothing waits longer than that unless the cell is
 * in a synchronous loop, where the next write sends it.
 */
export function createOutputQueue(publish: (type: string, content: Content) => void): OutputQueue {
  let queue: Queued[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastFlush = 0;

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
        // Messages are JSON: a display with a cycle or a BigInt cannot be sent, but the others can.
        publish("stream", { name: "stderr", text: `An output could not be sent: ${(error as Error).message}\n` });
      }
    }
  }

  function schedule(): void {
    if (Date.now() - lastFlush >= interval) flush();
    else timer ??= startTimer(flush, interval);
  }

  return {
    write(name, text) {
      if (text === "") return;
      const last = queue.at(-1);
      if (last?.text !== undefined && last.content.name === name && last.length! < longestText) {
        last.text.push(text);
        last.length! += text.length;
      } else {
        queue.push({ type: "stream", content: { name }, text: [text], length: text.length });
      }
      schedule();
    },
    send(type, content) {
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
  };
}

function displayId(content: Content): string | undefined {
  return (content.transient as { display_id?: string } | undefined)?.display_id;
}
