/** How often (ms) the parent is looked for. */
const interval = 1000;

const { setInterval: startInterval } = globalThis;

/**
 * tslab's kernel stays behind, with all of its memory, when the server that started it is killed. Here the kernel ends
 * when its parent process changes, which is what the system does to an orphan.
 */
export function exitWithParent(end: () => void): void {
  const parent = process.ppid;
  startInterval(() => {
    if (process.ppid !== parent) end();
  }, interval).unref();
}
