import type { CellNames } from "../compiler/cell-names";

/** Reads or writes a variable where it is stored: in the function that the cell was compiled to. */
type Read = () => unknown;
type Write = (value: unknown) => void;

interface Variable {
  read: Read;
  write: Write;
  isImported?: boolean;
}

/** The variables of the notebook, for the debugger. */
export interface NotebookVariables {
  /** An accessor for every name that a cell has declared or imported. */
  readonly accessors: object;
  /** The present values of all variables that cells have declared; imported names and unset variables are omitted. */
  values(): object;
}

/** The variables of all cells, as seen by later cells. */
export interface SharedVariables extends NotebookVariables {
  /**
   * Creates the `exports` of a cell that is about to run. Its declarations replace earlier variables of the same name.
   *
   * @param lastExpression Name under which the cell exports the value of its last expression.
   * @param keepResult Receives that value.
   */
  open(names: CellNames, lastExpression: string, keepResult: Write): object;
  /** Statements, on one line, that the cell runs first. They pass its variables to `link`. */
  prologue(names: CellNames, link: string): string;
  /** Called by the prologue, once per variable. */
  link(name: string, read: Read, write?: Write): void;
  /** Whether a name got a value before its cell ended. */
  hasValue(name: string): boolean;
}

/**
 * tslab's own executor copies the variables of a cell, by name, to one `exports` object that all cells share. The
 * functions of a cell and later cells then have two copies of the same variable. After a name is declared again, a
 * function of the first cell writes to the variable of the second, even to a `const`.
 *
 * Here, every cell has its own `exports`, which consist of accessors:
 * - The cell's own variables are stored in its function, and are not exported (`cell-exports.ts`).
 * - If the cell assigns a variable of an earlier cell, the name always refers to the variable that had it when the cell
 *   began.
 * - Any other name refers to the variable that currently has the name. If a function is declared again, earlier cells call
 *   the new one.
 */
export function createSharedVariables(): SharedVariables {
  const current = new Map<string, Variable>();
  /** An accessor for every name that has ever been declared. */
  const byName: object = Object.create(null);
  let opened = new Map<string, Variable>();

  function declare(name: string, variable: Variable): void {
    current.set(name, variable);
    if (Object.hasOwn(byName, name)) return;
    const get = () => current.get(name)?.read();
    define(byName, name, { read: get, write: (value) => current.get(name)?.write(value) });
  }

  return {
    accessors: byName,
    values() {
      const values: Record<string, unknown> = Object.create(null);
      for (const [name, { read, isImported }] of current) {
        if (isImported) continue;
        try {
          values[name] = read();
        } catch {
          // Its declaration has not run.
        }
      }
      return values;
    },
    open({ assignable, fixed, imported, global, assigned }, lastExpression, keepResult) {
      const exports: Record<string, unknown> = Object.create(byName);
      for (const name of assigned) {
        const held = current.get(name);
        if (held !== undefined) define(exports, name, held);
      }
      opened = new Map();
      for (const name of [...assignable, ...fixed]) {
        const variable: Variable = { read: () => undefined, write: refuse(name) };
        opened.set(name, variable);
        declare(name, variable);
      }
      const globals = globalThis as Record<string, unknown>;
      for (const name of global) {
        declare(name, { read: () => globals[name], write: (value) => Reflect.set(globals, name, value) });
      }
      for (const name of imported) {
        // The generated code defines a getter here, which reads the module.
        Object.defineProperty(exports, name, {
          configurable: true,
          enumerable: true,
          writable: true,
          value: undefined,
        });
        declare(name, { read: () => exports[name], write: refuse(name), isImported: true });
      }
      define(exports, lastExpression, { read: () => undefined, write: keepResult });
      return exports;
    },
    prologue({ assignable, fixed }, link) {
      const written = assignable.map(
        (name) => `${link}("${name}", () => ${name}, (__value) => { ${name} = __value; });`,
      );
      const read = fixed.map((name) => `${link}("${name}", () => ${name});`);
      return [...written, ...read, ""].join(" ");
    },
    link(name, read, write) {
      const variable = opened.get(name);
      if (variable !== undefined) Object.assign(variable, { read, ...(write && { write }) });
    },
    hasValue(name) {
      try {
        const value = current.get(name)?.read();
        return value !== undefined || opened.has(name);
      } catch {
        return false; // Its declaration has not run.
      }
    },
  };
}

function define(target: object, name: string, { read, write }: Variable): void {
  Object.defineProperty(target, name, { configurable: true, enumerable: true, get: read, set: write });
}

function refuse(name: string): Write {
  return () => {
    throw new TypeError(`Assignment to constant variable: ${name}`);
  };
}
