import { exitProcess } from "./kept-process";

const { setTimeout: startTimer } = globalThis;

/** How long (ms) the last messages get to leave. */
const farewell = 50;

/** Makes the function that ends the kernel, and the processes that its cells have started, after the last messages. */
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

/** Ends the kernel and what its cells have started, at once and from any thread. */
export function killKernel(): void {
  signalGroup("SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

/**
 * Jupyter starts a kernel as the leader of a process group: what cells start belongs to it. Where the kernel leads no
 * group there is none with its number, and nobody is signalled.
 */
function signalGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-process.pid, signal);
  } catch {
    // No such group.
  }
}
