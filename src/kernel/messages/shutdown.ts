import type { Handler } from "../protocol/server";

/** Replies, and ends the process once the reply has been sent. tslab's reply has no status. */
export function shutdown(end: () => void): Handler {
  return ({ content }) => {
    end();
    return { status: "ok", restart: content.restart === true };
  };
}
