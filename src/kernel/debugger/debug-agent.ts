import { currentCell } from "../cell/cell";
import { type CompiledCode, registeredCode } from "../errors/readable-stacks";
import type { NotebookVariables } from "../execution/shared-variables";
import {
  type BreakablePosition,
  breakablePositions,
  type KnownScript,
  knownScript,
  locateFrame,
} from "./code-positions";
import { compileDebugExpression } from "./debug-expression";
import type { LocatedFrame, RawFrame } from "./located-frame";

/**
 * The functions of the main thread that the control thread calls through the inspector (`main-inspector.ts`). They also
 * work while a cell is paused or in synchronous code.
 */
export interface DebugAgent {
  /** The notebook's variables, as accessors. */
  readonly variables: object;
  /** Whether a debugger is attached. */
  setAttached(attached: boolean): void;
  /** Sends the messages that the control thread has posted. */
  deliver(): void;
  /** Sends the cell's outputs that wait for more. */
  flushOutputs(): void;
  /** The scripts that are new or have changed since the last call; all scripts for the first call after attaching. */
  newScripts(): KnownScript[];
  locate(frames: RawFrame[]): LocatedFrame[];
  breakable(path: string, line: number): BreakablePosition[];
  /** The present values of the notebook's variables. */
  values(): object;
  /** The first elements of an array or a typed array. */
  head(array: ArrayLike<unknown>, count: number): unknown[];
  /** Turns TypeScript into JavaScript for a frame with these variables. */
  compile(code: string, locals: string[], object: string): string;
}

/** @param deliver Sends the messages that the control thread has posted. */
export function createDebugAgent(
  variables: NotebookVariables,
  deliver: () => void,
  setAttached: (attached: boolean) => void,
): DebugAgent {
  let reported = new Map<string, CompiledCode>();
  return {
    variables: variables.accessors,
    setAttached(attached) {
      reported = new Map();
      setAttached(attached);
    },
    deliver,
    flushOutputs: () => currentCell()?.output.flush(),
    newScripts() {
      const added = [...registeredCode()].filter(([file, code]) => reported.get(file) !== code);
      for (const [file, code] of added) reported.set(file, code);
      return added.map(([file, code]) => knownScript(file, code));
    },
    locate: (frames) => frames.map(locateFrame),
    breakable: breakablePositions,
    values: variables.values,
    head: (array, count) => Array.from({ length: Math.min(count, array.length) }, (_, i) => array[i]),
    compile(code, locals, object) {
      const hidden = new Set(locals);
      return compileDebugExpression(code, (name) => name in variables.accessors && !hidden.has(name), object);
    },
  };
}
