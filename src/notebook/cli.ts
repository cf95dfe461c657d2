import { relative } from "node:path";
import { parseArgs } from "node:util";
import { type Destination, parametrizedCopies, runAndWrite, type WrittenRun } from "./run-and-write";

const usage = `Usage: elbo-lab run NOTEBOOK... [options]

Runs each notebook from top to bottom on a fresh kernel. A notebook without errors is saved with its outputs. A notebook
that fails is not changed; its outputs up to the failure are kept in .artifacts/notebooks/.

  -p NAME=value    changes a value in the cell tagged "parameters" (may be repeated);
                   the executed copy then goes to .artifacts/notebooks/ unless you pass --inplace or --output
  --output DIR     writes the executed notebooks to DIR
  --inplace        writes them over the originals (the default without -p)
  --check          writes nothing, and applies the rules of this course: figures with alt text, at most 30 lines per
                   cell, a small file, nothing on stderr, results within their bands; a notebook that exceeds its time
                   budget gets a warning
  --timeout S      time limit in seconds for all cells of a notebook; the default is no limit, and with --check
                   several times the time budget, which depends on the speed of the machine

Exit code: 0 all passed, 1 a notebook failed, 2 the command was wrong.`;

/** A mistake in how the command was called. */
class UsageError extends Error {}

interface Command {
  notebooks: string[];
  to: Destination;
  parameters: Record<string, string>;
  timeoutSeconds: number | undefined;
}

async function main(args: string[]): Promise<number> {
  let command: Command;
  try {
    if (args.includes("--help") || args.includes("-h")) {
      console.log(usage);
      return 0;
    }
    command = parse(args);
  } catch (error) {
    console.error(`elbo-lab run: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  let failed = 0;
  for (const path of command.notebooks) {
    console.log(path);
    try {
      const run = await runAndWrite(path, command.to, {
        parameters: command.parameters,
        courseRules: command.to === "nowhere",
        ...(command.timeoutSeconds !== undefined && { timeoutSeconds: command.timeoutSeconds }),
        onCell: showProgress,
      });
      clearProgress();
      console.log(report(run));
      if (run.failures.length > 0) failed += 1;
    } catch (error) {
      clearProgress();
      console.log(`  FAILED  ${(error as Error).message}`);
      failed += 1;
    }
  }
  console.log(`${command.notebooks.length - failed} notebooks passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function parse(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      parameter: { type: "string", short: "p", multiple: true, default: [] },
      output: { type: "string" },
      inplace: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      timeout: { type: "string" },
    },
  });
  const [verb, ...notebooks] = positionals;
  if (verb !== "run") throw new UsageError(`expected the verb "run", but got ${JSON.stringify(verb ?? "")}`);
  if (notebooks.length === 0) throw new UsageError("name at least one notebook");
  const chosen = [values.output !== undefined, values.inplace, values.check].filter(Boolean).length;
  if (chosen > 1) throw new UsageError("--output, --inplace and --check exclude each other");
  const timeoutSeconds = values.timeout === undefined ? undefined : Number(values.timeout);
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0))
    throw new UsageError(`--timeout must be a positive number of seconds, but got ${values.timeout}`);
  const parameters = Object.fromEntries(
    values.parameter.map((text) => {
      const match = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text);
      if (match === null) throw new UsageError(`-p takes NAME=value, but got ${JSON.stringify(text)}`);
      return [match[1]!, match[2]!];
    }),
  );
  let to: Destination = "in-place";
  if (values.check) to = "nowhere";
  else if (values.output !== undefined) to = { folder: values.output };
  else if (values.parameter.length > 0 && !values.inplace) to = parametrizedCopies;
  return { notebooks, to, parameters, timeoutSeconds };
}

const slowestShown = 5;

/** A summary of a run: its slowest cells, the total time, and the outcome. */
function report(run: WrittenRun): string {
  const slowest = [...run.cells].sort((a, b) => b.seconds - a.seconds).slice(0, slowestShown);
  const lines = slowest.map(({ cell, seconds, title }) => {
    const short = title.length > 70 ? `${title.slice(0, 69)}…` : title;
    return `  cell ${String(cell).padStart(3)}  ${seconds.toFixed(1).padStart(6)} s  ${short}`;
  });
  const total = `${run.seconds.toFixed(1)} s in ${run.cells.length} cells`;
  lines.push(`  total     ${total}; kernel ready after ${run.startSeconds.toFixed(1)} s`);
  for (const { kind, cell, message } of run.failures) {
    lines.push(
      `  FAILED  ${cell === undefined ? "" : `cell ${cell} `}${message.replaceAll("\n", "\n          ")} [${kind}]`,
    );
  }
  for (const warning of run.warnings) lines.push(`  WARNING  ${warning}`);
  if (run.failures.length === 0) lines.push("  passed");
  if (run.written !== undefined) {
    const what = run.failures.length === 0 ? "executed notebook" : "what it showed so far";
    lines.push(`  ${what}: ${relative(process.cwd(), run.written)}${run.note === undefined ? "" : ` (${run.note})`}`);
  }
  return lines.join("\n");
}

function showProgress(cell: number, cells: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K  cell ${cell} of ${cells}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}

// Exiting runs the handlers that end the kernel; being killed by the signal would not.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
