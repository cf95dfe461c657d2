import { hideMarks } from "./async-marks";
import { owningCell } from "./cell";

type StartTimer = (callback: unknown, ...rest: unknown[]) => object;

/**
 * In tslab, the timers of a cell continue after an interrupt, and repeating work prints into later cells. Here, each
 * timer belongs to the cell that started it. Once that cell has been stopped, intervals do nothing and new timers never
 * fire. A timeout that is already waiting still fires, so a loop that awaits it reaches its checkpoint and its
 * `finally` blocks.
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
