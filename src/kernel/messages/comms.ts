import { logLine } from "../base/kernel-log";
import type { CommRegistry } from "../comms/comm-registry";
import { openForFrontEnd } from "../comms/widget-control";
import type { Handler } from "../protocol/server";

/** Lists the open comms, all or those of one target. (tslab answers this request with a `complete_reply`.) */
export const commInfo =
  (registry: CommRegistry): Handler =>
  ({ content }) => {
    const wanted = registry.list().filter(({ target }) => (content.target_name ?? target) === target);
    const comms = Object.fromEntries(wanted.map(({ id, target }) => [id, { target_name: target }]));
    return { status: "ok", comms };
  };

/** The front end opens a comm. A comm of an unknown target is closed at once, as the specification requires. */
export const commOpen =
  (registry: CommRegistry): Handler =>
  ({ content, publish }) => {
    openForFrontEnd(String(content.comm_id), content.target_name, registry, publish);
    return undefined;
  };

/** A message to an object of the kernel. A message to a comm that has been closed needs no answer. */
export const commMessage =
  (registry: CommRegistry): Handler =>
  ({ content, buffers, publish }) => {
    const data = typeof content.data === "object" && content.data !== null ? content.data : {};
    try {
      registry.find(String(content.comm_id))?.receive({ data: data as Record<string, unknown>, buffers }, publish);
    } catch (error) {
      logLine(`ignored a comm message: ${(error as Error).message}`);
    }
    return undefined;
  };

/** The front end closes a comm. */
export const commClose =
  (registry: CommRegistry): Handler =>
  ({ content }) => {
    registry.remove(String(content.comm_id));
    return undefined;
  };
