import type { Debugger } from "node:inspector";
import { beginStep, type DebugStep, leaveAdded, type ResumeCommand, stepGoesOn } from "./debug-step";
import type { FrameLocator } from "./frame-locator";
import type { MainInspector } from "./main-inspector";
import { createSignalWatch } from "./signal-watch";
import type { StackFrame } from "./stack-frame";

/** The pauses of the main thread. */
export interface DebugPauses {
  /** The frames of the paused cell, the innermost first; empty if nothing is paused. */
  frames(): readonly StackFrame[];
  /** Whether an interrupt is ending the paused cell. */
  isInterrupting(): boolean;
  /** V8 has paused the thread. Only pauses in the notebook's code are reported; V8 leaves others at once. */
  begin(event: Debugger.PausedEventDataType): Promise<void>;
  /** V8 has resumed the thread. */
  end(): void;
  /** Lets the paused thread go on. */
  proceed(command: ResumeCommand): Promise<void>;
  /** Pauses at the next statement of the notebook. */
  pause(): Promise<void>;
  /** If the thread is paused, ends the pause and all further ones, and calls `signal` just before. Returns whether it was paused. */
  interrupt(signal: () => void): boolean;
  /** Allows pauses again after an interrupt. */
  rearm(): Promise<void>;
  /** Forgets the pause without an event. */
  clear(): void;
}

/**
 * @param report Sends an event of the Debug Adapter Protocol.
 * @param onSignal Called when a signal has arrived for the paused cell. The paused thread cannot notice it.
 */
export function createDebugPauses(
  inspector: MainInspector,
  locate: FrameLocator,
  report: (event: string, body: object) => void,
  onSignal: () => void,
): DebugPauses {
  let frames: readonly StackFrame[] = [];
  let isPaused = false;
  let step: DebugStep | undefined;
  let isPausing = false;
  let isInterrupting = false;
  const signals = createSignalWatch(inspector, onSignal);
  const resume = (command: ResumeCommand) => inspector.post(`Debugger.${command}`);
  const skip = (isSkipping: boolean) => inspector.post("Debugger.setSkipAllPauses", { skip: isSkipping });

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
    signals.start(found[0]!);
  }

  function clear(): void {
    signals.stop();
    frames = [];
  }

  function forget(): void {
    clear();
    report("continued", { threadId: 1, allThreadsContinued: true });
  }

  return {
    frames: () => frames,
    isInterrupting: () => isInterrupting,
    begin(event) {
      isPaused = true;
      return stop(event);
    },
    end() {
      isPaused = false;
      if (frames.length > 0) forget();
    },
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
    clear,
  };
}
