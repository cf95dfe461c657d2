import { Dealer, Request, Subscriber } from "zeromq";
import { type Connection, socketAddress } from "../jupyter/connection-file";
import { createSign, decodeMessage, encodeMessage, type WireMessage } from "../jupyter/wire-message";

/** The channels a client sends requests on. */
export type RequestChannel = "shell" | "control" | "stdin";
/** The channels messages arrive on. */
export type Channel = RequestChannel | "iopub";

/** The client's side of a kernel's sockets. */
export interface KernelChannels {
  send(channel: RequestChannel, message: WireMessage): Promise<void>;
  /** Whether the heartbeat socket echoes within this time. A kernel that is busy with synchronous code does not. */
  heartbeat(timeoutSeconds: number): Promise<boolean>;
  close(): void;
}

/**
 * Connects to a kernel. `onMessage` receives the messages, in order within each channel. `onInvalid` receives errors
 * for frames that are not valid messages of this connection, for example because of a wrong signature.
 */
export function openChannels(
  connection: Connection,
  session: string,
  onMessage: (channel: Channel, message: WireMessage) => void,
  onInvalid: (error: Error) => void,
): KernelChannels {
  const address = (port: number) => socketAddress(connection, port);
  const sign = createSign(connection.signature_scheme, connection.key);
  // The routing id tells the kernel that shell and stdin belong to the same client.
  const dealer = () => new Dealer({ routingId: session, linger: 0, reconnectInterval: 20, ...unlimited });
  const sockets = { shell: dealer(), control: dealer(), stdin: dealer() };
  const iopub = new Subscriber({ linger: 0, reconnectInterval: 20, receiveHighWaterMark: 0 });
  sockets.shell.connect(address(connection.shell_port));
  sockets.control.connect(address(connection.control_port));
  sockets.stdin.connect(address(connection.stdin_port));
  iopub.connect(address(connection.iopub_port));
  iopub.subscribe();

  const receive = async (channel: Channel, socket: Dealer | Subscriber) => {
    for await (const frames of socket) {
      let message: WireMessage;
      try {
        message = decodeMessage(frames, sign);
      } catch (error) {
        onInvalid(error as Error);
        continue;
      }
      onMessage(channel, message);
    }
  };
  for (const channel of ["shell", "control", "stdin"] as const) void receive(channel, sockets[channel]);
  void receive("iopub", iopub);

  // zeromq rejects a send while another send on the same socket is in progress, so sends are queued here.
  const queues: Record<RequestChannel, Promise<void>> = {
    shell: Promise.resolve(),
    control: Promise.resolve(),
    stdin: Promise.resolve(),
  };
  return {
    send(channel, message) {
      const sent = queues[channel].then(() => sockets[channel].send(encodeMessage(message, sign)));
      queues[channel] = sent.catch(() => undefined);
      return sent;
    },
    async heartbeat(timeoutSeconds) {
      // A request socket is locked until its answer arrives. A new socket for each request cannot get stuck.
      const socket = new Request({ linger: 0, receiveTimeout: timeoutSeconds * 1000 });
      socket.connect(address(connection.hb_port));
      try {
        await socket.send("ping");
        const [echo] = await socket.receive();
        return echo?.toString() === "ping";
      } catch {
        return false;
      } finally {
        socket.close();
      }
    },
    close() {
      for (const socket of [...Object.values(sockets), iopub]) socket.close();
    },
  };
}

const unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0 };
