import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Header of a Jupyter message (messaging specification, "Message header"). */
export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  /** ISO 8601. */
  date: string;
  version: string;
}

/** The content of a message: a JSON object whose fields depend on the type of the message. */
export type Content = Record<string, unknown>;

/** One message of the Jupyter wire protocol. */
export interface WireMessage {
  /** ZeroMQ routing prefix: who asked (shell, control), or the topic (iopub). Empty on a client's request sockets. */
  identities: Buffer[];
  header: Header;
  /** Header of the request that this message answers; empty when there is none. */
  parent: Partial<Header>;
  metadata: Content;
  content: Content;
  /** Binary data after the JSON; they are not signed. */
  buffers: Buffer[];
}

/** What a message carries beside its content; both default to nothing. */
export interface Attachments {
  metadata?: Content;
  buffers?: readonly Uint8Array[];
}

/** Signs the four JSON parts of a message. */
export type Sign = (parts: readonly (string | Buffer)[]) => string;

/** Code in a cell may replace these functions, which must not stop the kernel's messages. */
const { parse, stringify } = JSON;

const delimiter = Buffer.from("<IDS|MSG>");
const protocolVersion = "5.3";

/**
 * The signature of a connection.
 *
 * @param scheme "hmac-" and the name of a digest, such as "hmac-sha256"
 * @param key an empty key means that messages are not signed
 */
export function createSign(scheme: string, key: string): Sign {
  if (key === "") return () => "";
  const digest = scheme.replace(/^hmac-/, "");
  return (parts) => {
    const hmac = createHmac(digest, key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  };
}

/** A header with a new message id. */
function createHeader(type: string, session: string): Header {
  return {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: "elbo-lab",
    date: new Date().toISOString(),
    version: protocolVersion,
  };
}

/**
 * A new message of this session.
 *
 * @param parent the message that this one answers; defaults to none
 * @param attachments metadata and buffers; the buffers are copied, so that they may change after the message is sent
 */
export function createMessage(
  type: string,
  content: Content,
  session: string,
  parent?: WireMessage,
  { metadata = {}, buffers = [] }: Attachments = {},
): WireMessage {
  return {
    identities: [],
    header: createHeader(type, session),
    parent: parent?.header ?? {},
    metadata,
    content,
    buffers: buffers.map((buffer) => Buffer.from(buffer)),
  };
}

/** The frames of a message, signed. */
export function encodeMessage(message: WireMessage, sign: Sign): (Buffer | string)[] {
  const parts = [message.header, message.parent, message.metadata, message.content].map((part) => stringify(part));
  return [...message.identities, delimiter, sign(parts), ...parts, ...message.buffers];
}

/**
 * Reads a message.
 *
 * @throws Error if the frames are not a message, or if the signature is wrong
 */
export function decodeMessage(frames: readonly Buffer[], sign: Sign): WireMessage {
  const at = frames.findIndex((frame) => frame.equals(delimiter));
  if (at < 0) throw new Error("a message without delimiter");
  const signature = frames[at + 1];
  const parts = frames.slice(at + 2, at + 6);
  if (signature === undefined || parts.length < 4) throw new Error("a message with too few parts");
  // The signature is checked first, so data from a stranger are never parsed.
  const expected = Buffer.from(sign(parts));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw new Error("a message whose HMAC signature is wrong");
  }
  const [header, parent, metadata, content] = parts.map((part) => parse(part.toString("utf8")));
  if (typeof header?.msg_type !== "string") throw new Error("a message without type");
  return {
    identities: frames.slice(0, at),
    header,
    parent: parent ?? {},
    metadata: metadata ?? {},
    content: content ?? {},
    buffers: frames.slice(at + 6),
  };
}
