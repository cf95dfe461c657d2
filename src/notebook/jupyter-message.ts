import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The header of a message, as the Jupyter protocol 5 has it. */
export interface JupyterHeader {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  /** ISO 8601. */
  date: string;
  version: string;
}

/** One message, taken off the wire or about to go on it. */
export interface JupyterMessage {
  /** The topic on iopub; empty elsewhere, where the socket itself strips the routing frames. */
  identities: Buffer[];
  header: JupyterHeader;
  /** The header of the request that this message answers; empty when there is none. */
  parent_header: Partial<JupyterHeader>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Buffer[];
}

const delimiter = Buffer.from("<IDS|MSG>");

/** A request that has not been sent yet: a new header with this session, and no parent. */
export function newMessage(type: string, content: Record<string, unknown>, session: string): JupyterMessage {
  return {
    identities: [],
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session,
      username: "elbo-lab",
      date: new Date().toISOString(),
      version: "5.4",
    },
    parent_header: {},
    metadata: {},
    content,
    buffers: [],
  };
}

/** The frames of a message, signed with HMAC-SHA256; an empty key means unsigned, as the protocol says. */
export function encodeMessage(message: JupyterMessage, key: string): Buffer[] {
  const parts = [message.header, message.parent_header, message.metadata, message.content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  return [...message.identities, delimiter, Buffer.from(signature(parts, key)), ...parts, ...message.buffers];
}

/** The message in these frames. Throws when they are no message or their signature is not ours. */
export function decodeMessage(frames: readonly Buffer[], key: string): JupyterMessage {
  const start = frames.findIndex((frame) => frame.equals(delimiter));
  if (start < 0 || frames.length < start + 6) {
    throw new Error(`not a Jupyter message: ${frames.length} frames, delimiter at ${start}`);
  }
  const signed = frames[start + 1]!;
  const parts = frames.slice(start + 2, start + 6);
  const expected = Buffer.from(signature(parts, key));
  if (signed.length !== expected.length || !timingSafeEqual(signed, expected)) {
    throw new Error("a message whose HMAC signature is wrong");
  }
  const [header, parentHeader, metadata, content] = parts.map((part) => JSON.parse(part.toString("utf8")));
  return {
    identities: frames.slice(0, start),
    header,
    parent_header: parentHeader,
    metadata,
    content,
    buffers: frames.slice(start + 6),
  };
}

function signature(parts: readonly Buffer[], key: string): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}
