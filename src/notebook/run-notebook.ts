import { basename, dirname, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import type { WireMessage } from "../jupyter/wire-message";
import { type Failure, failuresIn, isError, resultFailures } from "./failures";
import { type Execution, type KernelClient, startKernel } from "./kernel-client";
import { type CodeCell, hasTag, isRun, type Notebook, withoutOutputs } from "./nbformat";
import { normalize } from "./normalize";
import { readNotebook } from "./notebook-file";
import { OutputCollector } from "./outputs";
import { setParameters } from "./parameters";
import { kernelCommand, projectOf } from "./project";
import { lateness, timeBudget } from "./time-budget";
import { TimeoutError, within } from "./timing";

/** Options for running a notebook. */
export interface RunOptions {
  /** Values for names in the cell tagged `parameters`, as text; see `setParameters`. Defaults to none. */
  parameters?: Readonly<Record<string, string>>;
  /**
   * Whether the notebook must follow the rules of the course: alt text, short cells, a small file, nothing on stderr,
   * results within their bands, and the course's time budget. Defaults to false: only errors fail a notebook.
   */
  courseRules?: boolean;
  /**
   * Time limit in seconds for all cells together, excluding the start of the kernel. Defaults to no limit. With the rules
   * of the course, it defaults to several times the time budget, and a notebook that exceeds the budget itself gets a
   * warning.
   */
  timeoutSeconds?: number;
  /** Time limit in seconds for one cell; defaults to the notebook's remaining time. */
  cellTimeoutSeconds?: number;
  /**
   * Seconds that a cell may take to stop after an interrupt, and the kernel to end on request, before it is killed;
   * defaults to 30.
   */
  graceSeconds?: number;
  /** Seconds to wait for the `idle` status after the reply; defaults to 60. */
  idleSeconds?: number;
  /** The kernel's command, with `{connection_file}`; defaults to this package's kernel. */
  command?: readonly string[];
  /** Called before each cell that is run, with its number (from 1) and the number of all cells. */
  onCell?: (cell: number, cells: number) => void;
}

/** A cell that was run. */
export interface CellRun {
  /** Counted from 1 over all cells. */
  cell: number;
  seconds: number;
  /** Its first line that is not empty and not a comment. */
  title: string;
}

/** The result of running a notebook. */
export interface NotebookRun {
  path: string;
  /** The executed notebook, with outputs, execution counts and normalized metadata, up to the failure if there was one. */
  notebook: Notebook;
  /** Why it failed; empty when it passed. */
  failures: Failure[];
  /** Warnings about a notebook that passed: that it exceeded its time budget. */
  warnings: string[];
  cells: CellRun[];
  /** Seconds for all cells. */
  seconds: number;
  /** Seconds until the kernel was ready. */
  startSeconds: number;
}

/** Seconds to wait after the last cell for errors from background work. */
const settleSeconds = 0.2;

/**
 * Runs a notebook from top to bottom on a fresh kernel in the notebook's folder, and stops at the first failure. A cell
 * tagged `raises-exception` must raise. Writes no files. The kernel is always ended afterward.
 * @throws Error if the notebook cannot be read, is for another language, or a parameter is not valid
 */
export async function runNotebook(path: string, options: RunOptions = {}): Promise<NotebookRun> {
  const original = readNotebook(path);
  checkLanguage(original, path);
  const notebook = withoutOutputs(await setParameters(original, options.parameters ?? {}));
  const folder = dirname(resolve(path));
  const { courseRules = false } = options;
  const time = courseRules && options.timeoutSeconds === undefined ? await timeBudget() : undefined;
  const run = new Run(notebook, { ...options, ...(time && { timeoutSeconds: time.limitSeconds }) });
  await run.execute(options.command ?? kernelCommand(), folder);

  const finished = normalize(notebook, projectOf(folder));
  const found = run.failuresWith(failuresIn(finished, run.executed));
  const failures = courseRules ? found : found.filter(isError);
  // Other parameters give other numbers; bands apply only to the notebook as committed.
  const complete = failures.length === 0 && Object.keys(options.parameters ?? {}).length === 0;
  if (courseRules && complete) failures.push(...resultFailures(finished, path));
  return {
    path,
    notebook: finished,
    failures,
    warnings: time === undefined ? [] : lateness(basename(path), run.seconds, time),
    cells: run.cells,
    seconds: run.seconds,
    startSeconds: run.startSeconds,
  };
}

/** One notebook on its kernel. */
class Run {
  readonly cells: CellRun[] = [];
  seconds = 0;
  startSeconds = 0;
  /** How many of the notebook's cells have been executed; cells after a failure have not. */
  executed = 0;
  readonly #notebook: Notebook;
  readonly #options: RunOptions;
  readonly #collector = new OutputCollector();
  readonly #failures: Failure[] = [];
  /** Errors that occurred after their cells were done. */
  readonly #late = new Map<number, string>();

  constructor(notebook: Notebook, options: RunOptions) {
    this.#notebook = notebook;
    this.#options = options;
  }

  get #graceSeconds(): number {
    return this.#options.graceSeconds ?? 30;
  }

  async execute(command: readonly string[], folder: string): Promise<void> {
    const started = performance.now();
    let kernel: KernelClient;
    try {
      kernel = await startKernel({ command, cwd: folder });
    } catch (error) {
      this.#failures.push({ kind: "kernel", message: (error as Error).message });
      return;
    }
    this.startSeconds = secondsSince(started);
    try {
      await this.#executeCells(kernel);
      await new Promise((resolve) => setTimeout(resolve, settleSeconds * 1000));
      const ended =
        kernel.process.ending !== undefined || (await kernel.shutdown({ timeoutSeconds: this.#graceSeconds }));
      if (!ended) this.#failures.push({ kind: "kernel", message: "did not end when it was asked to" });
      for (const { message } of kernel.invalid) this.#failures.push({ kind: "kernel", message: `sent ${message}` });
    } finally {
      await kernel.kill();
    }
  }

  /** The run's own failures and those of the document, each listed once. */
  failuresWith(documentFailures: readonly Failure[]): Failure[] {
    const late = [...this.#late].map(
      ([cell, message]): Failure => ({ kind: "unhandled-rejection", cell, message: `after it was done: ${message}` }),
    );
    const rest = documentFailures.filter((failure) => !(failure.kind === "error" && this.#late.has(failure.cell ?? 0)));
    return [...rest, ...late, ...this.#failures];
  }

  async #executeCells(kernel: KernelClient): Promise<void> {
    const total = this.#notebook.cells.length;
    for (const [index, cell] of this.#notebook.cells.entries()) {
      if (isRun(cell)) {
        const number = index + 1;
        this.#options.onCell?.(number, total);
        const started = performance.now();
        const goesOn = await this.#executeCell(kernel, cell, number);
        const seconds = secondsSince(started);
        this.cells.push({ cell: number, seconds, title: titleOf(cell) });
        this.seconds += seconds;
        if (!goesOn || this.#late.size > 0) return;
      }
      this.executed = index + 1;
    }
  }

  /** Runs a cell; returns false if the run must end here. */
  async #executeCell(kernel: KernelClient, cell: CodeCell, number: number): Promise<boolean> {
    const mayRaise = hasTag(cell, "raises-exception");
    let over = false;
    const execution = kernel.execute(cell.source, {
      stopOnError: !mayRaise,
      onMessage: (message) => {
        this.#collector.add(cell, message);
        const { execution_state: state, ename, evalue } = message.content;
        if (message.header.msg_type === "error" && over) this.#late.set(number, `${ename}: ${evalue}`);
        over ||= message.header.msg_type === "status" && state === "idle";
      },
    });
    const failed = (kind: Failure["kind"], message: string) => {
      this.#failures.push({ kind, cell: number, message });
      return false;
    };
    let reply: WireMessage | undefined;
    try {
      reply = await this.#replyInTime(kernel, execution, failed);
      if (reply === undefined) return false;
      await within(execution.idle, this.#options.idleSeconds ?? 60, "was answered, but the idle status never came");
    } catch (error) {
      return failed("no-reply", (error as Error).message);
    }
    const { status, execution_count: count } = reply.content;
    if (typeof count === "number") cell.execution_count = count;

    const error = cell.outputs.find((output) => output.output_type === "error");
    if (status === "ok") {
      if (error !== undefined) this.#late.set(number, `${error.ename}: ${error.evalue}`);
      return true;
    }
    if (status !== "error") return failed("reply", `was not run: the kernel replied "${status}"`);
    if (error === undefined) return failed("reply", `the kernel replied "error" and sent no error message`);
    if (mayRaise) return true;
    this.executed = number; // the document shows the error
    return false;
  }

  /** The reply, or undefined if it did not arrive in time; then the cell was interrupted or its kernel killed. */
  async #replyInTime(
    kernel: KernelClient,
    execution: Execution,
    failed: (kind: Failure["kind"], message: string) => boolean,
  ): Promise<WireMessage | undefined> {
    const { timeoutSeconds = Number.POSITIVE_INFINITY, cellTimeoutSeconds = Number.POSITIVE_INFINITY } = this.#options;
    const left = Math.max(0, timeoutSeconds - this.seconds);
    const late =
      cellTimeoutSeconds < left
        ? `took more than the ${cellTimeoutSeconds} s that a cell may take`
        : `was running when the notebook's ${Math.round(timeoutSeconds)} s were over`;
    try {
      return await within(execution.reply, Math.min(left, cellTimeoutSeconds), late);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
    failed("time", late);
    await kernel.interrupt();
    const grace = this.#graceSeconds;
    await within(execution.done, grace, `did not stop within ${grace} s of an interrupt; its kernel was killed`).catch(
      async (error: Error) => {
        failed("no-reply", error.message);
        await kernel.kill();
      },
    );
    return undefined;
  }
}

function checkLanguage(notebook: Notebook, path: string): void {
  const spec = notebook.metadata.kernelspec as { language?: string; display_name?: string } | undefined;
  if (spec?.language !== undefined && spec.language !== "typescript") {
    throw new Error(
      `${path} is a notebook for ${spec.display_name ?? spec.language}; only TypeScript notebooks run here`,
    );
  }
}

function titleOf(cell: CodeCell): string {
  const lines = cell.source.split("\n").map((line) => line.trim());
  return lines.find((line) => line !== "" && !line.startsWith("//")) ?? lines[0] ?? "";
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
