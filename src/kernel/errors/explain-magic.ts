import { CompileError } from "./compile-error";
import { unknownName } from "./unknown-name";

/** A line that Python's notebooks understand, and TypeScript does not. */
class NotebookSyntaxError extends Error {
  constructor(message: string, line: string) {
    super(message);
    this.name = "SyntaxError";
    // The stack frames are the kernel's; the line is what helps.
    this.stack = `${this.name}: ${message}\n    at ${line.trim()}`;
  }
}

/** What to write in place of a command of IPython, by its name. */
const commands: readonly (readonly [names: string, instead: string])[] = [
  ["html", "html(`…`): a cell shows the value of its last expression"],
  ["markdown", "markdown(`…`): a cell shows the value of its last expression"],
  ["latex", "latex(String.raw`…`): a cell shows the value of its last expression"],
  ["svg", "svg(`…`): a cell shows the value of its last expression"],
  ["javascript js typescript ts", "the code alone: every cell is TypeScript"],
  ["bash sh script system sx", 'import { execSync } from "node:child_process"; execSync(`…`, { stdio: "inherit" })'],
  [
    "python python3 perl ruby",
    'import { execFileSync } from "node:child_process"; execFileSync("python3", ["-c", `…`], { stdio: "inherit" })',
  ],
  ["time timeit prun", 'console.time("label") before the code, and console.timeEnd("label") after it'],
  ["cd", 'process.chdir("folder")'],
  ["pwd", "process.cwd()"],
  ["env set_env", "process.env.NAME"],
  ["writefile", 'import { writeFileSync } from "node:fs"; writeFileSync("name", `…`)'],
  ["load run", 'import … from "./name"'],
  ["pip conda npm", "npm install in a terminal; the next import finds the package"],
  ["matplotlib config load_ext autoreload", "nothing: delete the line"],
  ["who whos", "the name of a variable: Tab lists the names"],
];

/**
 * The error of a cell. If the compiler has rejected the cell at a line that is a command of IPython (`%%html`, `%time f()`,
 * `!ls`, `?name`), the error says what to write instead. Cells that compile never get here.
 */
export function explainMagic(failure: unknown, code: string): unknown {
  if (!(failure instanceof CompileError) || failure.first === undefined) return failure;
  const line = code.split("\n")[failure.first.line] ?? "";
  const advice = failure.first.code < 2000 ? adviseSyntax(line) : adviseName(line, failure);
  return advice === undefined ? failure : new NotebookSyntaxError(advice, line);
}

function adviseSyntax(line: string): string | undefined {
  const [, magic, name = ""] = /^\s*(%%?([A-Za-z]\w*))(\s|$)/.exec(line) ?? [];
  if (magic !== undefined) {
    const instead = commands.find(([names]) => names.split(" ").includes(name))?.[1] ?? "ordinary TypeScript";
    return `${magic} is a command of Python's notebooks. Write instead: ${instead}`;
  }
  const help = /^\s*\?{1,2}([\w.$]+)\s*;?\s*$/.exec(line) ?? /^\s*([\w.$]+)\?{1,2}\s*$/.exec(line);
  if (help !== null) return `for help on ${help[1]}, put the cursor on the name and press Shift+Tab`;
  return adviseShell(line);
}

/** `!ls` and `!ls -l` are TypeScript, but the name is unknown, or a boolean minus something. */
function adviseName(line: string, failure: CompileError): string | undefined {
  const [, word = ""] = /^\s*!\s*(\w+)/.exec(line) ?? [];
  const isUnknown = unknownName.has(failure.first?.code ?? 0) && failure.message.includes(`'${word}'`);
  const hasFlag = /^\s*!\s*\w+\s+--?\w/.test(line);
  return word !== "" && (isUnknown || hasFlag) ? adviseShell(line) : undefined;
}

/** A word after the `!` that an operator or a call follows is an expression, not a command. */
function adviseShell(line: string): string | undefined {
  const [, command] = /^\s*!\s*([\w./~-]+(?:\s+(?![&|=?:<>+*,;)]).*)?)$/.exec(line.trimEnd()) ?? [];
  if (command === undefined) return undefined;
  const call = `execSync(${JSON.stringify(command)}, { stdio: "inherit" })`;
  return `! runs a command in Python's notebooks. Write instead: import { execSync } from "node:child_process"; ${call}`;
}
