// A kernel that breaks the protocol on demand: the code of a cell says how. It computes nothing.
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Publisher, Reply, Router } from "zeromq";

const connection = JSON.parse(readFileSync(process.argv[2], "utf8"));
const bind = async (socket, port) => {
  await socket.bind(`tcp://${connection.ip}:${port}`);
  return socket;
};
const shell = await bind(new Router(), connection.shell_port);
const control = await bind(new Router(), connection.control_port);
const iopub = await bind(new Publisher({ linger: 1000 }), connection.iopub_port);
await bind(new Router(), connection.stdin_port);
const heartbeat = await bind(new Reply(), connection.hb_port);

async function send(socket, route, type, parent, content, key = connection.key) {
  const header = { msg_id: randomUUID(), msg_type: type, session: "lying", username: "", date: "", version: "5.3" };
  const parts = [header, parent, {}, content].map((part) => JSON.stringify(part));
  const signature = createHmac("sha256", key).update(parts.join("")).digest("hex");
  await socket.send([...route, "<IDS|MSG>", signature, ...parts]);
}

let count = 0;
let deaf = false;

async function execute(route, parent, content) {
  const reply = (status, more = {}) =>
    send(shell, route, "execute_reply", parent, { status, execution_count: count, ...more });
  count += 1;
  switch (content.code) {
    case "abort":
      return reply("aborted");
    case "skip a count":
      count += 1;
      return reply("ok");
    case "say nothing":
      return;
    case "fail in silence":
      return reply("error", { ename: "Error", evalue: "", traceback: [] });
    case "forge":
      await send(iopub, [], "stream", parent, { name: "stdout", text: "forged" }, "another key");
      return reply("ok");
    case "be deaf to shutdown":
      deaf = true;
      return reply("ok");
    default:
      return reply("ok");
  }
}

async function serve(socket) {
  for await (const frames of socket) {
    const start = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
    const [header, , , content] = frames.slice(start + 2, start + 6).map((frame) => JSON.parse(frame.toString()));
    const route = frames.slice(0, start);
    const status = (execution_state) => send(iopub, [], "status", header, { execution_state });
    await status("busy");
    if (header.msg_type === "execute_request") await execute(route, header, content);
    else if (header.msg_type === "shutdown_request" && !deaf) process.exit(0);
    else await send(socket, route, header.msg_type.replace("request", "reply"), header, { status: "ok" });
    if (content.code !== "never be idle") await status("idle");
  }
}

process.on("SIGINT", () => {});
void serve(shell);
void serve(control);
for await (const ping of heartbeat) await heartbeat.send(ping);
