import type { MimeBundle } from "./mime-bundle";

/** Where a cell's output goes: the kernel offers it to the code of the cell. */
export interface FrontEnd {
  /** Shows a bundle. With an id, a later `update` replaces it in place. */
  display(bundle: MimeBundle, options?: { id?: string; update?: boolean }): void;
  /** Aborted when the user interrupts the cell that is running. */
  readonly interruptSignal: AbortSignal;
}

/** Where the kernel puts its `FrontEnd`: a global symbol, so that nothing has to import the kernel. */
export const frontEndSymbol: unique symbol = Symbol.for("elbo-lab.frontEnd") as never;

/** The notebook front end of this process, or undefined in a terminal. */
export function frontEnd(): FrontEnd | undefined {
  return (globalThis as { [frontEndSymbol]?: FrontEnd })[frontEndSymbol];
}
