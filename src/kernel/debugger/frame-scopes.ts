import { readFileSync } from "node:fs";
import type { Debugger } from "node:inspector";
import type { DapVariable, InspectedValues } from "./inspected-values";
import type { StackFrame } from "./stack-frame";

/** The variables that a frame can see. */
export interface FrameScopes {
  /** The variables of the frame's function and of its blocks. */
  locals(): Promise<DapVariable[]>;
  /** The variables of the functions around it; undefined if there are none. The variables of the notebook are not among them. */
  closure: (() => Promise<DapVariable[]>) | undefined;
  /** The names of all variables that the code of the frame can see, also of those that the compiler added. */
  names(): Promise<string[]>;
}

/** The parameters of the function around a cell or a file. */
const addedNames = new Set(["exports", "require", "module", "__filename", "__dirname"]);

export function frameScopes(frame: StackFrame, values: InspectedValues): FrameScopes {
  const chain = frame.raw.scopeChain.filter(({ type }) => type !== "global" && type !== "script");
  const firstClosure = chain.findIndex(({ type }) => type === "closure");
  const own = firstClosure < 0 ? chain : chain.slice(0, firstClosure);
  const around = firstClosure < 0 ? [] : chain.slice(firstClosure).filter((scope) => !isCell(scope, frame));

  async function read(scopes: readonly Debugger.Scope[]): Promise<DapVariable[]> {
    const written = writtenNames(frame);
    const variables = new Map<string, DapVariable>();
    for (const { object } of scopes) {
      for (const { name, value } of await values.properties(object.objectId ?? "")) {
        const isShown = value !== undefined && !addedNames.has(name) && (written?.has(name) ?? true);
        // The innermost variable of a name hides the others.
        if (isShown && !variables.has(name)) variables.set(name, values.toVariable(name, value, name));
      }
    }
    return [...variables.values()];
  }

  return {
    async locals() {
      const { this: receiver } = frame.raw;
      const isShown = receiver.type === "object" && receiver.className !== "global" && receiver.subtype !== "null";
      return [
        ...(isShown && !frame.source.cell ? [values.toVariable("this", receiver, "this")] : []),
        ...(await read(own)),
      ];
    },
    closure: around.length === 0 ? undefined : () => read(around),
    async names() {
      const names = chain.map(async ({ object }) =>
        (await values.properties(object.objectId ?? "")).map(({ name }) => name),
      );
      return (await Promise.all(names)).flat();
    },
  };
}

/** Whether a scope is that of the function around the code of a cell, whose variables are the notebook's. */
function isCell({ startLocation }: Debugger.Scope, { raw, script }: StackFrame): boolean {
  if (startLocation === undefined || script === undefined || startLocation.scriptId !== raw.location.scriptId)
    return false;
  return startLocation.lineNumber === 0 && (startLocation.columnNumber ?? 0) < script.begin;
}

/** The words of the source. Variables with other names were added by the compiler. */
function writtenNames({ source, script }: StackFrame): Set<string> | undefined {
  try {
    const text = script?.source ?? readFileSync(source.path, "utf8");
    return new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  } catch {
    return undefined; // The file is gone.
  }
}
