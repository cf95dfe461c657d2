import type { Handler } from "../protocol/server";

/** Answers, and ends the process once the answer has left. tslab's reply has no status. */
export function shutdown(end: () => void): Handler {
  return ({ content }) => {
    end();
    return { status: "ok", restart: content.restart === true };
  };
}
