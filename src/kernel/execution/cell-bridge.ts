import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Position } from "../errors/source-positions";
import type { CellRequire } from "./helper-modules";

/** The name of the one global variable through which compiled cells reach the kernel. */
export const bridgeName = "__cell__";

/** Connects the code of cells with the kernel. */
export interface CellBridge {
  /** The name by which cells call `link` (`shared-variables.ts`). */
  readonly link: string;
  /** Turns the compiled code of a cell into a script. */
  script(code: string, prologue: string, isAsync: boolean): CellScript;
  /** Sets what the next script gets: its variables, and what Node gives to every module. */
  prepare(exports: object, require: CellRequire, filename: string): void;
}

/** The script of a cell. */
export interface CellScript {
  text: string;
  /** The columns in the first line where the body of the function around the code, and the code itself, begin. */
  wrapper: { body: number; code: number };
  /** Maps a position in the script to a position in the compiled code; undefined for the call around the code. */
  toCode(position: Position): Position | undefined;
}

const parameters = ["exports", "require", "module", "__filename", "__dirname"];

/** Defines the global variable. It is not enumerable, so `Object.keys(globalThis)` shows only what the user made. */
export function installCellBridge(checkpoint: unknown, link: unknown): CellBridge {
  const bridge = { checkpoint, link, meta: importMeta, import: importModule, arguments: [] as unknown[] };
  Object.defineProperty(globalThis, bridgeName, { value: bridge, configurable: true });
  return {
    link: `${bridgeName}.link`,
    script(code, prologue, isAsync) {
      const head = `(${isAsync ? "async " : ""}function (${parameters.join(", ")}) { ${prologue}`;
      // A cell may have a variable named `Object`, and does not need the mark of a module.
      const plain = code.replace(/^Object\.defineProperty\(exports, "__esModule".*$/m, "");
      const lastLine = code.split("\n").length;
      return {
        text: `${head}${plain}\n})(...${bridgeName}.arguments)`,
        wrapper: { body: head.indexOf("{"), code: head.length },
        toCode({ line, column }) {
          if (line === lastLine) return undefined;
          return { line, column: line === 0 ? Math.max(0, column - head.length) : column };
        },
      };
    },
    prepare(exports, require, filename) {
      const module = Object.assign(new Module(filename), { filename, exports, require });
      bridge.arguments = [exports, require, module, filename, dirname(filename)];
    },
  };
}

/** `import()` of a cell or of a file that it imports. */
async function importModule(
  id: unknown,
  module: { require: CellRequire },
  native: (id: unknown, options?: unknown) => Promise<unknown>,
  options?: unknown,
): Promise<unknown> {
  return module.require.own(String(id)) ?? native(id, options);
}

/** What `import.meta` stands for in a file. */
function importMeta(filename: string) {
  return {
    url: pathToFileURL(filename).href,
    filename,
    dirname: dirname(filename),
    resolve: (id: string) => {
      const path = createRequire(filename).resolve(id);
      return path.startsWith("/") || /^[a-z]:/i.test(path) ? pathToFileURL(path).href : path;
    },
  };
}
