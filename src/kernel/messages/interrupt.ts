import type { Handler } from "../protocol/server";

/** The interrupt as a message on the control channel; tslab knows the signal only. */
export function interrupt(interruptRunning: () => void): Handler {
  return () => {
    interruptRunning();
    return { status: "ok" };
  };
}
