import { yieldToEventLoop } from "../display/interruption";
import type { Runner, Trial } from "./trial";

/** Runs a trial function in this process, one job at a time. */
export const runInline =
  (trial: Trial<never>): Runner =>
  async (jobs, ended, signal) => {
    for (let next = jobs.next(); !next.done && !signal.aborted; next = jobs.next()) {
      const job = next.value;
      const start = performance.now();
      try {
        const metrics = await trial(job.settings as never, { ...job.data, signal }, job.seed);
        await yieldToEventLoop();
        // After an interrupt, the score would be that of an unfinished model.
        if (signal.aborted) return;
        ended(job, { metrics, seconds: (performance.now() - start) / 1000 });
      } catch (error) {
        if (signal.aborted) return;
        ended(job, error instanceof Error ? error : new Error(String(error)));
      }
    }
  };
