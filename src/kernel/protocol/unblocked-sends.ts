import type { Publisher, Router } from "zeromq";

/**
 * tslab does not await its sends, and ZeroMQ allows only one blocked send per socket. After about 510 messages in a
 * burst, the socket must wait, and every further send fails with EBUSY. The lost messages include the `idle` status, so
 * the cell stays at `[*]`, and a batch run ends in success with half of the output.
 *
 * Without a high-water mark a socket never has to wait, and with a timeout of 0 a send completes before it returns.
 * This works inside synchronous code too, so a long loop shows its output while it runs. Batching the output limits the
 * memory.
 */
export function unblockSends(socket: Publisher | Router): void {
  socket.sendHighWaterMark = 0;
  socket.sendTimeout = 0;
  // How long (ms) messages in the socket may take to be sent when the process ends.
  socket.linger = 1000;
}
