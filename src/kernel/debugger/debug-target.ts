import { logLine } from "../base/kernel-log";
import { type Breakpoints, createBreakpoints } from "./breakpoints";
import type { KnownScript } from "./code-positions";
import { createDebugPauses, type DebugPauses } from "./debug-pauses";
import { createFrameLocator } from "./frame-locator";
import { hiddenCode, visibleFile } from "./hidden-code";
import { createInspectedValues, type InspectedValues } from "./inspected-values";
import { type MainInspector, openMainInspector } from "./main-inspector";

/** The main thread, with a debugger attached. */
export interface DebugTarget {
  readonly inspector: MainInspector;
  readonly pauses: DebugPauses;
  readonly breakpoints: Breakpoints;
  readonly values: InspectedValues;
  /** The scripts of the notebook by file. */
  readonly scripts: ReadonlyMap<string, KnownScript>;
  /** Learns about new scripts and sets their breakpoints. */
  update(): Promise<void>;
  /** Sends the messages that have been posted for the main thread to send, also while the thread is paused or busy. */
  deliver(): Promise<void>;
  /** Lets the thread run without a debugger. The inspector stays connected until `close`. */
  detach(): Promise<void>;
  close(): void;
}

/**
 * Attaches a debugger to the main thread.
 *
 * @param report Sends an event of the Debug Adapter Protocol.
 * @param onSignal Called when a signal has arrived for the paused cell. The paused thread cannot notice it.
 */
export async function attachTarget(
  report: (event: string, body: object) => void,
  onSignal: () => void,
): Promise<DebugTarget> {
  const files = new Map<string, string>();
  const scripts = new Map<string, KnownScript>();

  const inspector = openMainInspector({
    paused(event) {
      values.clear();
      void pauses.begin(event).catch((error) => logLine(`the debugger failed: ${error.stack}`));
    },
    resumed: () => pauses.end(),
    scriptParsed({ scriptId, url }) {
      const file = visibleFile(url);
      if (file !== undefined) files.set(scriptId, file);
    },
  });
  const breakpoints = createBreakpoints(inspector);
  const values = createInspectedValues(inspector);
  const pauses = createDebugPauses(inspector, createFrameLocator(inspector, files, scripts), report, onSignal);

  const target: DebugTarget = {
    inspector,
    pauses,
    breakpoints,
    values,
    scripts,
    async update() {
      const added = await inspector.call("newScripts");
      for (const script of added) scripts.set(script.file, script);
      await breakpoints.renew(added.map(({ path }) => path));
    },
    async deliver() {
      // An evaluation now would catch the signal in place of the cell.
      if (!pauses.isInterrupting()) await inspector.call("deliver");
    },
    async detach() {
      pauses.clear();
      values.clear();
      await inspector.call("setAttached", false);
      await inspector.post("Debugger.disable");
    },
    close() {
      pauses.clear();
      inspector.close();
    },
  };

  await inspector.post("Debugger.enable");
  await inspector.post("Debugger.setBlackboxPatterns", { patterns: hiddenCode });
  await inspector.call("setAttached", true);
  await target.update();
  return target;
}
