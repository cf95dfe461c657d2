import { type ChildProcess, spawn } from "node:child_process";

/** A kernel's process and its process group, so that no process it started outlives it. */
export interface KernelProcess {
  readonly pid: number;
  /** Fulfilled when the process has ended, with a description of how it ended. */
  readonly exited: Promise<string>;
  /** How it ended, or undefined while it runs. */
  readonly ending: string | undefined;
  /** The end of the text that the process itself wrote to stdout and stderr (not the output of its cells). */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Kills the group and waits until the process is gone. */
  kill(): Promise<void>;
}

const keptOutput = 20_000;
const running = new Set<ChildProcess>();
let hooked = false;

/** Starts `command` in a new process group. Throws if it cannot be started. */
export async function startKernelProcess(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<KernelProcess> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error("a kernel's command must not be empty");
  killAllAtExit();
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);

  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-keptOutput);
    });
  }
  let ending: string | undefined;
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      ending = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
      running.delete(child);
      killGroup(child, "SIGKILL"); // processes that the kernel started and did not end
      resolve(ending);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      running.delete(child);
      reject(new Error(`the kernel could not be started (${program}): ${error.message}`));
    });
  });
  return {
    pid: child.pid!,
    exited,
    get ending() {
      return ending;
    },
    output: () => output,
    signal: (signal) => void child.kill(signal),
    async kill() {
      killGroup(child, "SIGKILL");
      await exited;
    },
  };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    child.kill(signal); // the group is gone, or the system has no process groups
  }
}

/** If a client exits early (because of an exception, or Ctrl-C turned into an exit), its kernels end too. */
function killAllAtExit(): void {
  if (hooked) return;
  hooked = true;
  process.on("exit", () => {
    for (const child of running) killGroup(child, "SIGKILL");
  });
}
