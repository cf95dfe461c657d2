import type { Publisher, Router } from "zeromq";

/**
 * tslab does not await its sends. ZeroMQ allows one blocked send per socket: about 510 messages into a burst the socket
 * has to wait, every further send is refused with EBUSY, and what is lost includes the `idle` status, so that the cell
 * stays `[*]` and a batch run ends in success with half of the output.
 *
 * Without a high-water mark a socket never has to wait, and with a timeout of 0 a send is done before it returns. That
 * holds inside synchronous code too, so a long loop shows its output while it runs. The output batches bound the memory.
 */
export function unblockSends(socket: Publisher | Router): void {
  socket.sendHighWaterMark = 0;
  socket.sendTimeout = 0;
  // What is still in the socket at the end of the process gets this long (ms) to leave.
  socket.linger = 1000;
}
