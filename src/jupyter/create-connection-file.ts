import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "./connection-file";

/** A connection file on disk. */
export interface ConnectionFile {
  connection: Connection;
  path: string;
  /** Deletes the file and its folder; may be called twice. */
  remove(): void;
}

/** Writes a connection file with free local ports and a new key, readable by its owner only. */
export async function createConnectionFile(kernelName: string): Promise<ConnectionFile> {
  const [shell, iopub, stdin, control, heartbeat] = await freePorts(5);
  const connection: Connection & { kernel_name: string } = {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: shell!,
    iopub_port: iopub!,
    stdin_port: stdin!,
    control_port: control!,
    hb_port: heartbeat!,
    signature_scheme: "hmac-sha256",
    key: randomUUID(),
    kernel_name: kernelName,
  };
  const folder = mkdtempSync(join(tmpdir(), "elbo-lab-kernel-")); // made with mode 700
  const path = join(folder, "connection.json");
  writeFileSync(path, JSON.stringify(connection), { mode: 0o600 });
  const remove = () => {
    process.off("exit", remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", remove);
  return { connection, path, remove };
}

/** Ports that are free at the moment. All stay open until the last one is known, so no port is returned twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
