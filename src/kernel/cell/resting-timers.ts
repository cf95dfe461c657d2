import { hideMarks } from "./async-marks";
import { owningCell } from "./cell";

type StartTimer = (callback: unknown, ...rest: unknown[]) => object;

/**
 * After tslab's interrupt the timers of the cell go on, and whatever repeats itself through them prints into the cells
 * that follow. Here a timer belongs to the cell that started it. Once that cell has been stopped, intervals rest and new
 * timers never fire; a timeout that already waits does fire, so that the loop which awaits it reaches its checkpoint and
 * its `finally` blocks.
 */
export function installRestingTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const start = globalThis[name] as StartTimer;
    const startForCell: StartTimer = (callback, ...rest) => {
      const cell = owningCell();
      if (cell === undefined || typeof callback !== "function") return start(callback, ...rest);
      const late = cell.stopped;
      const run = (...args: unknown[]) => {
        const rests = name === "setInterval" ? cell.stopped : late;
        if (!rests) callback(...args);
      };
      const timer = start(run, ...rest);
      hideMarks(timer);
      return timer;
    };
    // `util.promisify(setTimeout)` finds its own implementation in a property.
    Object.defineProperties(startForCell, Object.getOwnPropertyDescriptors(start));
    Object.assign(globalThis, { [name]: startForCell });
  }
}
