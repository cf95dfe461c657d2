import type { History } from "./history";

/** What `lastFit()` knows about a call of `fit`. */
export interface NotedFit {
  history(): History;
  redraw(): void;
}

let latest: NotedFit | undefined;

/** Called by `fit` when it starts. The object may be changed later. */
export function noteFit(fit: NotedFit): NotedFit {
  latest = fit;
  return fit;
}

/**
 * The history of the `fit` that was started last, with all epochs so far, also while it runs. In a notebook, it shows the
 * progress line of this `fit` again, in the running cell, and updates it from then on. Use it after the page was reloaded or
 * closed: the training goes on, but JupyterLab no longer shows its output.
 *
 * @returns its `stopReason` is "running" while training continues, and "failed" after an error
 * @throws Error if no `fit` has started in this process
 */
export function lastFit(): History {
  if (latest === undefined) throw new Error("lastFit(): no fit() has started in this process. Call fit() first.");
  latest.redraw();
  return latest.history();
}
