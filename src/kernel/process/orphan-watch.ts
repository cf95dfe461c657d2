/** How often (ms) the parent is looked for. */
const interval = 500;

/**
 * tslab's kernel stays behind, with all of its memory, when the server that started it is killed. Here the kernel ends
 * when its parent process changes, which is what the system does to an orphan. The control thread watches, so that an
 * endless loop on the main thread does not outlive its server either.
 *
 * @param parent The process that started the kernel.
 */
export function watchParent(parent: number, orphaned: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    orphaned();
  }, interval);
}
