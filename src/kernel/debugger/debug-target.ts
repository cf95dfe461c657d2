import type { Debugger } from "node:inspector";
import { logLine } from "../base/kernel-log";
import { type Breakpoints, createBreakpoints } from "./breakpoints";
import type { KnownScript } from "./code-positions";
import { beginStep, type DebugStep, leaveAdded, type ResumeCommand, stepGoesOn } from "./debug-step";
import { hiddenCode, visibleFile } from "./hidden-code";
import { createInspectedValues, type InspectedValues } from "./inspected-values";
import type { LocatedFrame } from "./located-frame";
import { type MainInspector, openMainInspector } from "./main-inspector";
import { rawFrame, type StackFrame } from "./stack-frame";

/** How often (ms) a pause looks for a signal that has interrupted the paused cell. */
const signalCheck = 250;

/** The main thread, with a debugger attached. */
export interface DebugTarget {
  readonly inspector: MainInspector;
  readonly breakpoints: Breakpoints;
  readonly values: InspectedValues;
  /** The scripts of the notebook by file. */
  readonly scripts: ReadonlyMap<string, KnownScript>;
  /** The frames of the paused cell, the innermost first; empty if nothing is paused. */
  frames(): readonly StackFrame[];
  /** Lets the paused thread go on. */
  proceed(command: ResumeCommand): Promise<void>;
  /** Pauses at the next statement of the notebook. */
  pause(): Promise<void>;
  /** Learns about new scripts and sets their breakpoints. */
  update(): Promise<void>;
  /** If the thread is paused, ends the pause and all further ones, and calls `signal` just before. Returns whether it was paused. */
  interrupt(signal: () => void): boolean;
  /** Allows pauses again after an interrupt. */
  rearm(): Promise<void>;
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
  let frames: StackFrame[] = [];
  let latestId = 0;
  let isPaused = false;
  let step: DebugStep | undefined;
  let isPausing = false;
  let isInterrupting = false;
  let timer: NodeJS.Timeout | undefined;

  const inspector = openMainInspector({
    paused(event) {
      isPaused = true;
      void stop(event).catch((error) => logLine(`the debugger failed: ${error.stack}`));
    },
    resumed() {
      isPaused = false;
      if (frames.length > 0) forget();
    },
    scriptParsed({ scriptId, url }) {
      const file = visibleFile(url);
      if (file !== undefined) files.set(scriptId, file);
    },
  });
  const breakpoints = createBreakpoints(inspector);
  const values = createInspectedValues(inspector);
  const resume = (command: ResumeCommand) => inspector.post(`Debugger.${command}`);

  async function stop({ callFrames, reason, hitBreakpoints = [] }: Debugger.PausedEventDataType): Promise<void> {
    const [top, found] = await locate(callFrames);
    if (isInterrupting) return void (await resume("resume"));
    const isStep = step !== undefined || isPausing;
    if (top === undefined) return void (await resume(isStep ? "stepInto" : "resume"));
    if ("added" in top) return void (await resume(leaveAdded(top, isStep)));
    const isPlainStep = step !== undefined && hitBreakpoints.length === 0 && reason !== "exception";
    if (isPlainStep && stepGoesOn(step!, found)) return void (await resume(step!.command));
    const cause = hitBreakpoints.length > 0 ? "breakpoint" : reason === "exception" ? reason : step ? "step" : "pause";
    await inspector.call("flushOutputs");
    if (isInterrupting) return;
    step = undefined;
    isPausing = false;
    frames = found;
    report("stopped", { reason: cause, threadId: 1, allThreadsStopped: true });
    watchSignals();
  }

  /** Finds the sources of frames: where the innermost frame is, if it is in shown code, and all frames that have a source. */
  async function locate(callFrames: Debugger.CallFrame[]): Promise<[LocatedFrame | undefined, StackFrame[]]> {
    const visible = callFrames.flatMap((raw) => {
      const file = files.get(raw.location.scriptId);
      return file === undefined ? [] : { raw, file };
    });
    const rawFrames = visible.map(({ raw, file }) => rawFrame(file, raw));
    const located = await inspector.call("locate", rawFrames);
    const found = visible.flatMap(({ raw, file }, i) => {
      const source = located[i];
      if (source === undefined || "added" in source) return [];
      return { id: ++latestId, raw, source, script: scripts.get(file) };
    });
    return [visible[0]?.raw === callFrames[0] ? located[0] : undefined, found];
  }

  function watchSignals(): void {
    clearInterval(timer);
    timer = setInterval(() => void checkSignal(), signalCheck);
  }

  /** A signal ends whatever the paused thread evaluates next. */
  async function checkSignal(): Promise<void> {
    const [frame] = frames;
    if (frame === undefined) return clearInterval(timer);
    const params = { callFrameId: frame.raw.callFrameId, expression: "(() => 0)()", silent: true };
    await inspector.post("Debugger.evaluateOnCallFrame", params).catch((error: Error) => {
      if (error.message.includes("terminated")) onSignal();
    });
  }

  function forget(): void {
    clearInterval(timer);
    frames = [];
    values.clear();
    report("continued", { threadId: 1, allThreadsContinued: true });
  }

  const skip = (isSkipping: boolean) => inspector.post("Debugger.setSkipAllPauses", { skip: isSkipping });

  const target: DebugTarget = {
    inspector,
    breakpoints,
    values,
    scripts,
    frames: () => frames,
    async proceed(command) {
      const [top, ...others] = frames;
      if (top === undefined) return;
      step = command === "resume" ? undefined : beginStep(command, [top, ...others]);
      forget();
      await resume(command);
    },
    async pause() {
      isPausing = true;
      await inspector.post("Debugger.pause");
      // V8 pauses at the next call of a function, and a loop may have none. It begins in this function and steps out of it.
      void inspector.post("Runtime.evaluate", { expression: "(() => 0)()", silent: true }).catch(() => undefined);
    },
    async update() {
      const added = await inspector.call("newScripts");
      for (const script of added) scripts.set(script.file, script);
      await breakpoints.renew(added.map(({ path }) => path));
    },
    interrupt(signal) {
      if (!isPaused) return false;
      isInterrupting = true;
      step = undefined;
      isPausing = false;
      void skip(true);
      signal();
      void resume("resume").catch(() => undefined); // The signal may have ended the pause already.
      if (frames.length > 0) forget();
      return true;
    },
    async rearm() {
      if (!isInterrupting) return;
      isInterrupting = false;
      await skip(false);
    },
    async deliver() {
      // An evaluation now would catch the signal in place of the cell.
      if (!isInterrupting) await inspector.call("deliver");
    },
    async detach() {
      clearInterval(timer);
      frames = [];
      values.clear();
      await inspector.call("setAttached", false);
      await inspector.post("Debugger.disable");
    },
    close() {
      clearInterval(timer);
      inspector.close();
    },
  };

  await inspector.post("Debugger.enable");
  await inspector.post("Debugger.setBlackboxPatterns", { patterns: hiddenCode });
  await inspector.call("setAttached", true);
  await target.update();
  return target;
}
