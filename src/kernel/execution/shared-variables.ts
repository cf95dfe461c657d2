import type { CellNames } from "../compiler/cell-names";

/** Reads or writes a variable where it lives: in the function that the cell was compiled to. */
type Read = () => unknown;
type Write = (value: unknown) => void;

interface Variable {
  read: Read;
  write: Write;
}

/** The variables of all cells, as later cells see them. */
export interface SharedVariables {
  /**
   * Makes the `exports` of a cell that is about to run. What it declares takes the place of earlier variables of the name.
   *
   * @param lastExpression Name under which the cell exports the value of its last expression.
   * @param keepResult Receives that value.
   */
  open(names: CellNames, lastExpression: string | undefined, keepResult: Write): object;
  /** Statements, on one line, that the cell runs first: they hand its variables to `link`. */
  prologue(names: CellNames, link: string): string;
  /** Called by the prologue, once per variable. */
  link(name: string, read: Read, write?: Write): void;
  /** Whether a name got a value before its cell ended. */
  hasValue(name: string): boolean;
}

/**
 * tslab compiles a cell to a function and copies its variables to one `exports`, which all cells share, by name. Functions
 * of a cell and later cells then have two copies of one variable; and after a name was declared again, a function of the
 * first cell writes into the variable of the second, even into a `const`.
 *
 * Here every cell has `exports` of its own, of accessors:
 * - Its own variables live in its function. Its assignments to `exports` do nothing: the code that TypeScript generates
 *   (`exports.n = n = 1`) has assigned the variable itself.
 * - A variable of an earlier cell to which it assigns is the one that had the name when the cell began, for good.
 * - Any other name means the variable that has the name at the moment, so that a function which is declared again is the
 *   one that earlier cells call.
 */
export function createSharedVariables(): SharedVariables {
  const current = new Map<string, Variable>();
  /** An accessor for every name that was ever declared. */
  const byName: object = Object.create(null);
  let opened = new Map<string, Variable>();

  function declare(name: string, variable: Variable): void {
    current.set(name, variable);
    if (Object.hasOwn(byName, name)) return;
    const get = () => current.get(name)?.read();
    define(byName, name, { read: get, write: (value) => current.get(name)?.write(value) });
  }

  return {
    open({ assignable, fixed, imported, assigned }, lastExpression, keepResult) {
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
        define(exports, name, { read: () => variable.read(), write: () => undefined });
      }
      for (const name of imported) {
        // The generated code defines a getter here, which reads the module.
        Object.defineProperty(exports, name, {
          configurable: true,
          enumerable: true,
          writable: true,
          value: undefined,
        });
        declare(name, { read: () => exports[name], write: refuse(name) });
      }
      if (lastExpression !== undefined) define(exports, lastExpression, { read: () => undefined, write: keepResult });
      return exports;
    },
    prologue({ assignable, fixed }, link) {
      const written = assignable.map(
        (name) => `${link}("${name}", () => ${name}, (__tslabValue) => { ${name} = __tslabValue; });`,
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
