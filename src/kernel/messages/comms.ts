import type { Handler } from "../protocol/server";

/** tslab answers this request with a `complete_reply`. The kernel has no widgets, so there are no comms to list. */
export const commInfo: Handler = () => ({ status: "ok", comms: {} });

/** The kernel does not support widgets. A comm that the front end opens is closed at once, as the specification requires. */
export const commOpen: Handler = ({ content, publish }) => {
  publish("comm_close", { comm_id: content.comm_id, data: {} });
  return undefined;
};

/** Messages to a comm that does not exist need no answer. */
export const commIgnored: Handler = () => undefined;
