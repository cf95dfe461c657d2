import { owningCell } from "../cell";

/**
 * After tslab's interrupt the timers of the cell go on, and whatever repeats itself through them prints into the cells
 * that follow. Here a timer belongs to the cell that started it, and rests once that cell has been stopped.
 */
export function installRestingTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const start = globalThis[name] as (callback: unknown, ...rest: unknown[]) => unknown;
    const startForCell = (callback: unknown, ...rest: unknown[]) => {
      const cell = owningCell();
      if (cell === undefined || typeof callback !== "function") return start(callback, ...rest);
      return start(
        (...args: unknown[]) => {
          if (!cell.stopped) callback(...args);
        },
        ...rest,
      );
    };
    // `util.promisify(setTimeout)` finds its own implementation in a property.
    Object.defineProperties(startForCell, Object.getOwnPropertyDescriptors(start));
    Object.assign(globalThis, { [name]: startForCell });
  }
}
