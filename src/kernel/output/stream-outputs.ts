import { currentCell } from "../cell/cell";

/**
 * tslab sends what is printed to the cell that runs at that moment, even when another cell has started the work. Here it
 * goes to the cell that started it, as an output of that cell, also after its reply.
 */
export function routeStreams(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream) as (data: string | Uint8Array) => boolean;
    // Several bytes of one character may come in two writes.
    const decoder = new TextDecoder();
    const write = (data: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
      const cell = currentCell();
      if (cell === undefined) original(data);
      else cell.output.write(name, typeof data === "string" ? data : decoder.decode(data, { stream: true }));
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(done);
      return true;
    };
    stream.write = write as typeof stream.write;
  }
}
