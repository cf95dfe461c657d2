import { randomUUID } from "node:crypto";
import { frontEnd } from "./front-end";
import type { MimeBundle } from "./mime-bundle";
import { escapeHtml } from "./table";

/**
 * A line in the cell's output or on the terminal that is rewritten while work is in progress, and then replaced by a
 * final line.
 */
export interface LiveDisplay {
  /** Shows the progress and a line of text. The line is computed only when it is shown. */
  update(done: number, total: number, line: () => string): void;
  /** Replaces the display with a final line. */
  end(line: string): void;
}

const millisecondsBetweenUpdates = 150;

/** A live display in the notebook or on the terminal, wherever output goes. */
export function liveDisplay(): LiveDisplay {
  const writer = frontEnd() ? notebookWriter() : terminalWriter();
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(done, total, line) {
      const now = performance.now();
      if (now - last < millisecondsBetweenUpdates) return;
      last = now;
      writer.update(done, total, line());
    },
    end: writer.end,
  };
}

interface Writer {
  update(done: number, total: number, line: string): void;
  end(line: string): void;
}

function notebookWriter(): Writer {
  const id = `elbo-lab-progress-${randomUUID()}`;
  let update = false;
  const show = (bundle: MimeBundle): void => {
    frontEnd()?.display(bundle, { id, update });
    update = true;
  };
  return {
    update: (done, total, line) => show(barBundle(done, total, line)),
    end: (line) => show(lineBundle(line)),
  };
}

function terminalWriter(): Writer {
  const { isTTY: terminal, columns = 80 } = process.stderr;
  return {
    // The terminal cannot rewrite a line that wraps.
    update: (_done, _total, line) => void (terminal && process.stderr.write(`\r\x1b[K${line.slice(0, columns - 1)}`)),
    end: (line) => void process.stderr.write(terminal ? `\r\x1b[K${line}\n` : `${line}\n`),
  };
}

const lineBundle = (line: string): MimeBundle => ({
  data: { "text/plain": line, "text/html": `<pre style="margin:0">${escapeHtml(line)}</pre>` },
});

function barBundle(done: number, total: number, line: string): MimeBundle {
  const bar = `<progress value="${done}" max="${total}" style="width:16em;vertical-align:middle"></progress>`;
  const html = `<div>${bar} <code style="background:none">${escapeHtml(line)}</code></div>`;
  return { data: { "text/plain": line, "text/html": html } };
}
