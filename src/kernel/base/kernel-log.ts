import { writeSync } from "node:fs";

/** Writes a line into the log of the server that started the kernel; `process.stderr` belongs to the cells. */
export function logLine(text: string): void {
  try {
    writeSync(2, `elbo-lab kernel: ${text}\n`);
  } catch {
    // The server is gone or is not reading; nobody can receive the line.
  }
}
