import type { System } from "@tslab/typescript-for-tslab";

/**
 * The compiler's watch mode delays its work with two kinds of timers. tslab has one slot for a timer, throws if the
 * slot is taken, and fires the timer itself when it needs the program. This function lets the compiler have any number
 * of timers. All of them fire when tslab fires the one in its slot, and the slot is always free again afterward.
 */
export function queueRebuildTimers(system: System): void {
  const { setTimeout: occupy, clearTimeout: vacate } = system;
  if (occupy === undefined || vacate === undefined) throw new Error("tslab has no timers");
  const waiting = new Map<object, () => void>();
  let slot: unknown;

  function fireAll(): void {
    try {
      // A timer that fires may start another one.
      for (const [id, fire] of waiting) {
        waiting.delete(id);
        fire();
      }
    } finally {
      vacate!(slot);
      slot = undefined;
    }
  }

  system.setTimeout = (callback, _ms, ...args) => {
    const id = {};
    waiting.set(id, () => callback(...args));
    slot ??= occupy(fireAll, 0);
    return id;
  };
  system.clearTimeout = (id) => void waiting.delete(id);
}
