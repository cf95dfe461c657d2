import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { threadsOf } from "../runtime/threads-of";
import type { Job, Outcome, Runner } from "./trial";

/** The request to a process, and its answer. */
export type TrialRequest = Pick<Job, "settings" | "data" | "seed"> & { readonly module: string };
export type TrialAnswer = Outcome | { readonly error: { name: string; message: string; stack: string } };

/** The number of characters of a process's stderr to keep, for the error message if it dies. */
const keptOfStderr = 2000;

/**
 * Runs a trial module in separate processes, `processes` at a time. Each process takes jobs until none remain. A process that
 * dies is replaced for the next job. All processes have ended when the runner returns, for any reason.
 */
export const runInProcesses =
  (file: string, processes: number): Runner =>
  async (jobs, ended, signal) => {
    const module = pathToFileURL(file).href;
    const takeJobs = async () => {
      let worker: Worker | undefined;
      try {
        for (let next = jobs.next(); !next.done && !signal.aborted; next = jobs.next()) {
          const { settings, data, seed } = next.value;
          if (!worker?.alive())
            worker = startWorker(Math.max(1, Math.floor(availableParallelism() / processes)), signal);
          const answer = await worker.ask({ settings, data, seed, module });
          if (signal.aborted) return;
          ended(next.value, answer);
        }
      } finally {
        await worker?.end();
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: processes }, takeJobs));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
  };

interface Worker {
  alive(): boolean;
  /** The outcome of the trial, or an error, also if the process ended before it answered. */
  ask(request: TrialRequest): Promise<Outcome | Error>;
  /** Kills the process and waits until it has ended. */
  end(): Promise<void>;
}

function startWorker(threads: number, signal: AbortSignal): Worker {
  const child = fork(path.join(__dirname, "trial-process.js"), {
    execArgv: loaderOptions(process.execArgv),
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, ...threadLimits(threads) },
  });
  let stderr = "";
  child.stdout?.on("data", (text: Buffer) => process.stdout.write(text));
  child.stderr?.on("data", (text: Buffer) => {
    stderr = `${stderr}${text}`.slice(-keptOfStderr);
  });
  // A trial has nothing to clean up, so the process can be killed at once.
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  const gone = new Promise<Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, killedBy) => resolve(new Error(farewell(code, killedBy, stderr))));
  });
  void gone.then(() => signal.removeEventListener("abort", kill));
  return {
    alive: () => child.connected && child.exitCode === null && child.signalCode === null,
    ask: (request) => Promise.race([answerOf(child, request), gone]),
    async end() {
      kill();
      await gone;
    },
  };
}

/** Node options that affect how modules are found and loaded: first those with a value, then those without. */
const withValue = new Set(["--import", "--require", "-r", "--loader", "--experimental-loader", "--conditions", "-C"]);
const withoutValue = new Set([
  ...["--experimental-strip-types", "--experimental-transform-types", "--experimental-require-module"],
  ...["--preserve-symlinks", "--enable-source-maps", "--no-warnings"],
]);

/**
 * The options of this process that its child processes also need. With them, a trial may be TypeScript if this process can
 * load TypeScript (tsx). Other options, such as an inspector port or code passed with `-e`, apply only to this process.
 */
export function loaderOptions(given: readonly string[]): string[] {
  return given.flatMap((option, i) => {
    const [name = ""] = option.split("=");
    if (withoutValue.has(name)) return [option];
    if (!withValue.has(name)) return [];
    return option.includes("=") ? [option] : [option, given[i + 1] ?? ""];
  });
}

/** Limits the threads of a process to its share of the cores, or to fewer if the environment says so. */
const threadLimits = (threads: number): Record<string, string> =>
  Object.fromEntries(
    ["TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"].map((variable) => [
      variable,
      String(Math.min(threads, threadsOf(variable))),
    ]),
  );

function answerOf(child: ChildProcess, request: TrialRequest): Promise<Outcome | Error> {
  return new Promise((resolve) => {
    const answered = (answer: TrialAnswer) => resolve("error" in answer ? revive(answer.error) : answer);
    child.once("message", answered);
    child.send(request, (failed) => {
      if (failed === null) return;
      // The process has died, and `gone` has a better error than a failed send.
      child.off("message", answered);
    });
  });
}

const revive = ({ name, message, stack }: { name: string; message: string; stack: string }): Error =>
  Object.assign(new Error(message), { name, stack });

function farewell(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  return `the process of the trial ended ${how}${stderr.trim() && `; the end of its stderr:\n${stderr.trim()}`}`;
}
