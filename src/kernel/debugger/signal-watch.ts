import type { MainInspector } from "./main-inspector";
import type { StackFrame } from "./stack-frame";

/** How often (ms) to look for a signal. */
const interval = 250;

/** Looks for signals that arrive for a paused cell. The paused thread cannot notice them. */
export interface SignalWatch {
  /** Watches while this frame is paused. */
  start(frame: StackFrame): void;
  stop(): void;
}

export function createSignalWatch(inspector: MainInspector, onSignal: () => void): SignalWatch {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearInterval(timer);
  return {
    start({ raw: { callFrameId } }) {
      stop();
      // A signal ends whatever the paused thread evaluates next.
      const params = { callFrameId, expression: "(() => 0)()", silent: true };
      timer = setInterval(() => {
        inspector.post("Debugger.evaluateOnCallFrame", params).catch((error: Error) => {
          if (error.message.includes("terminated")) onSignal();
        });
      }, interval);
    },
    stop,
  };
}
