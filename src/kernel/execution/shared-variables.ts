import type { DeclaredNames } from "../compiler/declared-names";

/** Reads or writes a variable where it lives: in the function that the cell was compiled to. */
type Read = () => unknown;
type Write = (value: unknown) => void;

/** The variables of all cells, as later cells see them. */
export interface SharedVariables {
  /** What the next cell declares comes from that cell alone, whatever earlier cells have declared. */
  forget(names: DeclaredNames): void;
  /** Statements, on one line, that the cell runs first: they hand its variables to `link`. */
  prologue(names: DeclaredNames, link: string): string;
  /** Called by the prologue, once per variable. */
  link(name: string, read: Read, write?: Write): void;
  /** Whether a name that the latest cell has declared got a value before the cell ended. */
  hasValue(name: string): boolean;
}

/**
 * tslab compiles a cell to a function and copies its variables to `exports`, from which later cells read and to which
 * they write. Functions of the first cell keep the original: after `let n = 0; const get = () => n` and, in a later
 * cell, `n = 5`, `get()` is still 0, without an error.
 *
 * Here `exports` inherits an accessor for every `let` and `var`, which reads and writes the original. (A prototype, so
 * that tslab's own object, with its rules for imports, stays what it is.)
 */
export function createSharedVariables(exports: Record<string, unknown>): SharedVariables {
  const accessors: Record<string, unknown> = {};
  Object.setPrototypeOf(exports, accessors);
  let reads = new Map<string, Read>();
  return {
    forget({ assignable, fixed }) {
      reads = new Map();
      for (const name of [...assignable, ...fixed]) delete accessors[name];
    },
    prologue({ assignable, fixed }, link) {
      const linked = assignable.map(
        (name) => `${link}("${name}", () => ${name}, (__tslabValue) => { ${name} = __tslabValue; });`,
      );
      const probed = fixed.map((name) => `${link}("${name}", () => ${name});`);
      return [...linked, ...probed, ""].join(" ");
    },
    link(name, read, write) {
      reads.set(name, read);
      if (write === undefined) return;
      delete exports[name];
      Object.defineProperty(accessors, name, {
        configurable: true,
        enumerable: true,
        get: read,
        set(value) {
          // The compiled cell begins with `exports.name = void 0`, before its own `let` exists.
          if (value !== undefined || isAlive(read)) write(value);
        },
      });
    },
    hasValue(name) {
      const read = reads.get(name);
      return read === undefined ? exports[name] !== undefined : isAlive(read);
    },
  };
}

/** False before the declaration has run. */
function isAlive(read: Read): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
