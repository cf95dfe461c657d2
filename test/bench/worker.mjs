import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The number of threads of every row. */
export const threads = 2;

/** The peers that run this library. */
export const ownPeers = ["library", "kernel"];

const here = fileURLToPath(new URL(".", import.meta.url));
const patience = 10 * 60_000;

/** Environment variables for the number of threads. Each library reads its own. */
const environment = {
  ELBO_LAB_BENCH_THREADS: String(threads),
  OMP_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  TF_NUM_INTRAOP_THREADS: String(threads),
  TF_NUM_INTEROP_THREADS: String(threads),
  NPROC: String(threads),
  JAX_PLATFORMS: "cpu",
  TF_CPP_MIN_LOG_LEVEL: "3",
};

/**
 * Starts the process of a peer.
 *
 * @param {string} peer "library", "kernel", "torch", "jax" or "tensorflow"
 * @param {string | undefined} python the Python of the peer, if it needs one
 */
export function startWorker(peer, python) {
  const command = ownPeers.includes(peer)
    ? [process.execPath, path.join(here, `${peer}-worker.mjs`)]
    : [python, path.join(here, "peers", `${peer}_rows.py`)];
  const [program, ...args] = pinned(command);
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints = (complaints + text).slice(-2000);
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => {
    child.once("error", resolve).once("exit", resolve);
  });
  child.stdin.on("error", () => {}); // If the process has ended, `call` notices the missing answer.

  return {
    pid: child.pid,
    /** Sends a command and returns its answer. If the process ends instead, throws an Error with the last line it printed. */
    async call(name, args = {}) {
      child.stdin.write(`${JSON.stringify({ command: name, ...args })}\n`);
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      const { value, done } = await answers.next();
      clearTimeout(timer);
      if (done) throw new Error(`the ${peer} process ended during "${name}": ${complaints.trim().split("\n").at(-1)}`);
      const answer = JSON.parse(value);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    async end() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** JAX uses all cores it may run on, so on larger machines all rows are restricted to the same few cores. */
function pinned(command) {
  const cores = os.availableParallelism();
  const held = cores > threads && process.platform === "linux" && fs.existsSync("/usr/bin/taskset");
  return held ? ["/usr/bin/taskset", "-c", `0-${threads - 1}`, ...command] : command;
}

/** The CPU seconds that a process has used so far; undefined if the system does not report them. */
export function processorSeconds(pid) {
  try {
    // proc(5): utime and stime are fields 14 and 15, in ticks of 10 ms. The name in field 2 may contain spaces.
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}
