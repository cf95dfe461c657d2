/** The parts of an e-mail that a reader sees. */
export interface EmailText {
  subject: string;
  /** The text of the message: its plain-text part if it has one, otherwise its HTML without tags. */
  body: string;
}

/**
 * Extracts the subject and the text of an e-mail (RFC 822 header lines, RFC 2045–2047 parts and encodings), without other header
 * lines, attachments and tags. For a malformed message, it returns whatever is readable.
 */
export function emailText(message: string): EmailText {
  const { headers, body } = partOf(message);
  return { subject: tidy(decodeWords(headers.get("subject") ?? "")), body: tidy(textOf(headers, body, 0)) };
}

type Headers = ReadonlyMap<string, string>;

function partOf(part: string): { headers: Headers; body: string } {
  const normal = part.replace(/\r\n?/g, "\n").replace(/^\n+/, "");
  const end = normal.indexOf("\n\n");
  const [head, body] = end < 0 ? [normal, ""] : [normal.slice(0, end), normal.slice(end + 2)];
  const headers = new Map<string, string>();
  // A line that begins with white space continues the line before it.
  for (const line of head.replace(/\n[ \t]+/g, " ").split("\n")) {
    const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && !headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value as string);
  }
  return { headers, body };
}

const deepestPart = 8;

function textOf(headers: Headers, body: string, depth: number): string {
  const type = headers.get("content-type") ?? "text/plain";
  if (/^\s*multipart\//i.test(type) && depth < deepestPart) return textOfParts(boundaryOf(type), body, depth);
  if (/^\s*message\//i.test(type) && depth < deepestPart) {
    const inner = partOf(body);
    return textOf(inner.headers, inner.body, depth + 1);
  }
  // A malformed content type ("text") is treated as text.
  if (/^\s*(application|image|audio|video)\//i.test(type)) return "";
  const text = decode(body, headers.get("content-transfer-encoding") ?? "", charsetOf(type));
  return /html/i.test(type) || /^\s*<(!doctype|html|body)/i.test(text) ? stripTags(text) : text;
}

function textOfParts(boundary: string | undefined, body: string, depth: number): string {
  if (boundary === undefined) return body;
  // Anything before the first boundary and after the last one is not part of the message.
  const parts = `\n${body}`
    .split(`\n--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith("--"))
    .map((part) => partOf(part.replace(/^[^\n]*\n/, part.startsWith("\n\n") ? "\n\n" : "")));
  const texts = parts.map(({ headers, body }) => ({
    plain: !/html/i.test(headers.get("content-type") ?? ""),
    text: textOf(headers, body, depth + 1).trim(),
  }));
  const plain = texts.filter((part) => part.plain && part.text !== "");
  return (plain.length > 0 ? plain : texts).map(({ text }) => text).join("\n\n");
}

const boundaryOf = (type: string): string | undefined => parameter(type, "boundary");
const charsetOf = (type: string): string => parameter(type, "charset") ?? "utf-8";

function parameter(type: string, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, "i").exec(type) ?? [];
  return quoted ?? bare;
}

function decode(text: string, encoding: string, charset: string): string {
  if (/base64/i.test(encoding)) return decodeBytes(Buffer.from(text, "base64"), charset);
  if (!/quoted-printable/i.test(encoding)) return text;
  return decodeQuoted(text.replace(/[ \t]*=\n/g, ""), charset);
}

/** Sequences of =XX are bytes in the part's character set; everything else is literal. */
const decodeQuoted = (text: string, charset: string): string =>
  text.replace(/(?:=[0-9a-f]{2})+/gi, (run) => decodeBytes(Buffer.from(run.replaceAll("=", ""), "hex"), charset));

function decodeBytes(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // The name is not a known character set.
    return new TextDecoder("latin1").decode(bytes);
  }
}

/** Encoded words of a header line: =?iso-8859-1?Q?caf=E9?=. White space between two of them is not part of the text. */
function decodeWords(line: string): string {
  return line
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (_word, charset: string, kind: string, text: string) =>
      kind.toLowerCase() === "b"
        ? decodeBytes(Buffer.from(text, "base64"), charset)
        : decodeQuoted(text.replaceAll("_", " "), charset),
    );
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

function stripTags(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->|<(script|style|title)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<(br|p|div|tr|td|li|h\d|table)\b[^>]*>/gi, "\n")
    .replace(/<\/?[a-z!?][^>]*>/gi, "")
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));?/gi, (_entity, decimal, hexadecimal, name: string | undefined) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? " ";
      const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : " ";
    });
}

/** One space between words, at most one empty line between paragraphs. */
const tidy = (text: string): string =>
  text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
