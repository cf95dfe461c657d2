// usage: node guard.mjs alone|shared COMMAND ARG…
// Runs a command that never outlives the process that started this one. That process keeps the other end of a pipe (file
// descriptor 3) open and writes nothing to it. The pipe closes when that process ends, for any reason.
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import os from "node:os";

const [mode, command, ...args] = process.argv.slice(2);
// "alone": runs in its own process group, so its children end with it. "shared": stays in the terminal's group, and is asked
// to end before it is killed.
const alone = mode === "alone" && process.platform !== "win32";
const patience = 5000;

const child = spawn(command, args, { stdio: ["inherit", "inherit", "inherit"], detached: alone });
child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on("close", (status, signal) => process.exit(status ?? 128 + os.constants.signals[signal]));

const lifeline = new Socket({ fd: 3, readable: true, writable: false });
lifeline.on("error", end).on("close", end).resume();

// A terminal also sends Ctrl-C to the child, which decides how to handle it.
process.on("SIGINT", () => alone && end());
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => (alone ? end() : child.kill(signal)));

function end() {
  if (alone) return kill("SIGKILL");
  kill("SIGTERM");
  setTimeout(() => kill("SIGKILL"), patience).unref();
}

function kill(signal) {
  try {
    process.kill(alone ? -child.pid : child.pid, signal);
  } catch {
    // It has already ended.
  }
}
