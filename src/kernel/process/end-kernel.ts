import { exitProcess } from "./kept-process";

const { setTimeout: startTimer } = globalThis;

/** How long (ms) the last messages may take to be sent. */
const farewell = 50;

/** Returns a function that ends the kernel, and the processes that its cells have started, after the last messages. */
export function createEnd(closeSockets: () => void): () => void {
  let ending = false;
  return () => {
    if (ending) return;
    ending = true;
    startTimer(() => {
      closeSockets();
      process.removeAllListeners("SIGTERM");
      process.on("SIGTERM", () => undefined);
      signalGroup("SIGTERM");
      startTimer(exitProcess, farewell, 0);
    }, farewell);
  };
}

/** Ends the kernel and the processes that its cells have started, at once and from any thread. */
export function killKernel(): void {
  signalGroup("SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

/**
 * Jupyter starts a kernel as the leader of a process group, which includes all processes that cells start. If the
 * kernel does not lead a group, no group has its number, and no process receives the signal.
 */
function signalGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-process.pid, signal);
  } catch {
    // No such group.
  }
}
