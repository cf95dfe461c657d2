import { exitProcess } from "./repairs/kept-process";

const { setTimeout: startTimer } = globalThis;

/** Ends the kernel and the processes that its cells have started, after the last messages have left. */
export function createEnd(closeSockets: () => void): () => void {
  let ending = false;
  return () => {
    if (ending) return;
    ending = true;
    startTimer(() => {
      closeSockets();
      endProcessGroup();
      exitProcess(0);
    }, 50);
  };
}

/**
 * Jupyter starts a kernel as the leader of a process group: what cells start belongs to it. Where the kernel leads no
 * group there is none with its number, and nothing is signalled.
 */
function endProcessGroup(): void {
  process.removeAllListeners("SIGTERM");
  process.on("SIGTERM", () => undefined);
  try {
    process.kill(-process.pid, "SIGTERM");
  } catch {
    // No such group.
  }
}
