// usage: node guard.mjs alone|shared COMMAND ARG…
// Runs a command that never outlives the process that started this one. The starter keeps the other end of a pipe (file
// descriptor 3) open and writes nothing to it: the pipe ends when the starter ends, whatever ended it.
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import os from "node:os";

const [mode, command, ...args] = process.argv.slice(2);
// "alone": in a process group of its own, so that its children end with it. "shared": stays in the terminal's group, and
// is asked to end before it is forced to.
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

// A terminal sends Ctrl-C to the child as well, which decides what to do about it.
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
    // It has ended already.
  }
}
