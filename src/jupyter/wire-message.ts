import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Header of a Jupyter message (messaging specification 5.3, "The header"). */
export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

/** The content of a message: a JSON object whose fields depend on the type of the message. */
export type Content = Record<string, unknown>;

/** One message of the Jupyter wire protocol. */
export interface WireMessage {
  /** ZeroMQ routing prefix: who asked (shell, control), or the topic (iopub). */
  identities: Buffer[];
  header: Header;
  /** Header of the message that this one answers; empty when there is none. */
  parent: Partial<Header>;
  metadata: Content;
  content: Content;
}

/** Signs the four JSON parts of a message; an empty key means that messages are not signed. */
export type Sign = (parts: readonly (string | Buffer)[]) => string;

const delimiter = Buffer.from("<IDS|MSG>");
const protocolVersion = "5.3";

/** The signature of a connection: `scheme` is "hmac-" and the name of a digest. */
export function createSign(scheme: string, key: string): Sign {
  if (key === "") return () => "";
  const digest = scheme.replace(/^hmac-/, "");
  return (parts) => {
    const hmac = createHmac(digest, key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  };
}

/** Reads a message; throws an Error when its frames are not one, or when its signature is not ours. */
export function decodeMessage(frames: readonly Buffer[], sign: Sign): WireMessage {
  const at = frames.findIndex((frame) => frame.equals(delimiter));
  if (at < 0) throw new Error("a message without delimiter");
  const signature = frames[at + 1];
  const parts = frames.slice(at + 2, at + 6);
  if (signature === undefined || parts.length < 4) throw new Error("a message with too few parts");
  // The signature first: nothing that a stranger sent is parsed.
  const expected = Buffer.from(sign(parts));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw new Error("a message with a wrong signature");
  }
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString("utf8")));
  if (typeof header?.msg_type !== "string") throw new Error("a message without type");
  return { identities: frames.slice(0, at), header, parent, metadata, content: content ?? {} };
}

/** The frames of a message, signed. */
export function encodeMessage(message: WireMessage, sign: Sign): (Buffer | string)[] {
  const parts = [message.header, message.parent, message.metadata, message.content].map((part) => JSON.stringify(part));
  return [...message.identities, delimiter, sign(parts), ...parts];
}

/** A header for a message of this type, with an identity of its own. */
export function createHeader(type: string, session: string): Header {
  return {
    msg_id: randomUUID(),
    session,
    username: "kernel",
    date: new Date().toISOString(),
    msg_type: type,
    version: protocolVersion,
  };
}
