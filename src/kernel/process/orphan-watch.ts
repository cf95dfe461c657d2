/** How often (ms) the parent process is checked. */
const interval = 500;

/**
 * When the server that started it is killed, tslab's kernel keeps running and keeps its memory. This kernel ends when
 * its parent process changes, which happens when the process becomes an orphan. The control thread watches the parent,
 * so an endless loop on the main thread does not outlive the server either.
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
