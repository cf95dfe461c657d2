import { readFileSync } from "node:fs";

/** The content of a connection file: where a kernel listens, and the key that signs messages. */
export interface Connection {
  /** "tcp" or "ipc". */
  transport: string;
  ip: string;
  shell_port: number;
  control_port: number;
  iopub_port: number;
  stdin_port: number;
  hb_port: number;
  key: string;
  /** "hmac-" and the name of a digest. */
  signature_scheme: string;
}

const fields = ["transport", "ip", "shell_port", "control_port", "iopub_port", "stdin_port", "hb_port", "key"] as const;

/** Reads a connection file. Throws an Error that names the file if it cannot be read or a field is missing. */
export function readConnectionFile(path: string): Connection {
  let info: Partial<Connection>;
  try {
    info = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`cannot read the connection file ${path}: ${(error as Error).message}`);
  }
  const missing = fields.filter((field) => info[field] === undefined);
  if (missing.length > 0) throw new Error(`the connection file ${path} lacks ${missing.join(", ")}`);
  return { signature_scheme: "hmac-sha256", ...(info as Omit<Connection, "signature_scheme">) };
}

/** The address of one of the ports. */
export function socketAddress({ transport, ip }: Connection, port: number): string {
  return transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}
