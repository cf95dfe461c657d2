import { spawn, spawnSync } from "node:child_process";

/**
 * Runs a command and collects what it prints. Never throws: an unstartable command has status 127.
 *
 * @param {{cwd?: string, env?: object, onLine?: (line: string) => void}} options
 * @returns {Promise<{status: number, output: string}>}
 */
export function run(command, args, { cwd, env, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
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

/** The first line a command prints, or undefined when it cannot be run. */
export function ask(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n", 1)[0] : undefined;
}

/** Runs a command in the user's terminal, passes interrupts on to it, and returns its exit status. */
export function attach(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    // The terminal sends Ctrl-C to the child too; we only wait for it to end. A kill of this process is passed on.
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

/** The end of a long output: what an error message shows. */
export const tail = (output, lines = 12) =>
  output.trim().split("\n").slice(-lines).join("\n") || "(it printed nothing)";
