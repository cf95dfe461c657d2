/** The number of characters at the beginning of a cell's printed text that are shown, and at its end. */
const head = 1_000_000;
const tail = 100_000;

type StreamName = "stdout" | "stderr";
type Piece = { name: StreamName; text: string };

/** Shortens the text that a cell prints, so that an endless loop does not freeze the page. */
export interface StreamLimit {
  /** The part of a text that is shown now. The rest is kept for the end of the cell, as far as there is room. */
  take(name: StreamName, text: string): string;
  /** What is shown at the end of the cell. Then counting begins again. */
  end(): Piece[];
  /** Counts again from the beginning, because the output has been cleared. */
  reset(): void;
}

export function createStreamLimit(): StreamLimit {
  let shown = 0;
  let omitted = 0;
  let kept: Piece[] = [];
  let keptLength = 0;

  function reset(): void {
    shown = omitted = keptLength = 0;
    kept = [];
  }

  /** Keeps a text, and drops the oldest texts that are no longer among the last characters. */
  function keep(piece: Piece): void {
    kept.push(piece);
    keptLength += piece.text.length;
    // Dropped in large steps, because dropping each piece separately would make every write slow.
    if (keptLength < 2 * tail) return;
    const dropped = keptLength - tail;
    omitted += dropped;
    keptLength = tail;
    kept = cutStart(kept, dropped);
  }

  return {
    take(name, text) {
      const now = text.slice(0, head - shown);
      const later = text.slice(now.length);
      if (later === "") {
        shown += now.length;
        return now;
      }
      const first = shown < head || kept.length === 0;
      shown = head;
      keep({ name, text: later });
      return first ? `${now}${notice}` : now;
    },
    end() {
      const dropped = Math.max(0, keptLength - tail);
      const pieces = cutStart(kept, dropped);
      omitted += dropped;
      if (omitted > 0) pieces.unshift({ name: pieces[0]?.name ?? "stdout", text: sentence(omitted) });
      reset();
      return pieces;
    },
    reset,
  };
}

function cutStart(pieces: readonly Piece[], characters: number): Piece[] {
  let left = characters;
  return pieces.flatMap(({ name, text }) => {
    const cut = Math.min(left, text.length);
    left -= cut;
    return cut === text.length ? [] : [{ name, text: text.slice(cut) }];
  });
}

const notice =
  `\n… This cell has printed ${head.toLocaleString("en")} characters. The end of its text follows when the cell is done. ` +
  "Write longer texts into a file …\n";

const sentence = (omitted: number): string => `\n… ${omitted.toLocaleString("en")} characters are left out here …\n`;
