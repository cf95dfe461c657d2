import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const guard = fileURLToPath(new URL("guard.mjs", import.meta.url));

/** Called with the id of each process that `run` starts. The lock of a set-up lists these processes. */
export const started = { note: (_pid) => {} };

/**
 * Runs a command and collects its output. The command and its children end when this process ends, for any reason.
 * Never throws: a command that cannot be started has status 127.
 *
 * @param {string} command @param {string[]} args
 * @param {{cwd?: string, env?: object, onLine?: (line: string) => void, signal?: AbortSignal}} options `signal` ends the
 *   command
 * @returns {Promise<{status: number, output: string}>}
 */
export function run(command, args, { cwd, env = process.env, onLine, signal } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [guard, "alone", command, ...args], {
      cwd,
      env,
      signal,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    if (child.pid) started.note(child.pid);
    let output = "";
    let line = "";
    const read = (chunk) => {
      output += chunk;
      if (!onLine) return;
      const lines = (line + chunk).split(/[\r\n]+/);
      line = lines.pop();
      for (const each of lines) if (each.trim()) onLine(each);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
    child.on("error", (error) => resolve({ status: 127, output: String(error.message) }));
    child.on("close", (status, signal) =>
      resolve({ status: status ?? 1, output: signal ? `${output}\n${signal}` : output }),
    );
  });
}

/** The first line of a command's output, or undefined if it cannot be run. */
export function ask(command, args, options = {}) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", ...options });
  return status === 0 ? stdout.trim().split("\n", 1)[0] : undefined;
}

/**
 * Runs a command in the user's terminal, forwards signals to it, and returns its exit status. The command ends when
 * this process ends.
 */
export function attach(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [guard, "shared", command, ...args], {
      ...options,
      stdio: ["inherit", "inherit", "inherit", "pipe"],
    });
    // The terminal also sends Ctrl-C to the child, so we only wait for it to end. Other signals that end this process are
    // forwarded.
    const ignore = () => {};
    const pass = (signal) => child.kill(signal);
    process.on("SIGINT", ignore).on("SIGTERM", pass).on("SIGHUP", pass);
    child.on("error", reject);
    child.on("close", (status, signal) => {
      process.off("SIGINT", ignore).off("SIGTERM", pass).off("SIGHUP", pass);
      resolve(status ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** The end of a long output, for an error message. */
export const tail = (output, lines = 12) =>
  output.trim().split("\n").slice(-lines).join("\n") || "(it printed nothing)";
