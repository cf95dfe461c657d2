import { currentCell } from "../cell/cell";

/**
 * tslab sends printed text to the cell that is running, even if another cell started the work. Here, the text goes to
 * the cell that started the work, even after its reply.
 */
export function routeStreams(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream) as (data: string | Uint8Array) => boolean;
    // The bytes of one character may arrive in two writes.
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
