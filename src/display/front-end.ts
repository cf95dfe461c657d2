import type { MimeBundle } from "./mime-bundle";

/** Where a cell's output goes. The kernel offers this object to the code of the cell. */
export interface FrontEnd {
  /** Shows a bundle. With an id, a later `update` replaces it in place. */
  display(bundle: MimeBundle, options?: { id?: string; update?: boolean }): void;
  /** Shows any value, in the same way as the value of a cell's last expression. */
  show(value: unknown, options: { id: string; update?: boolean }): void;
  /** Aborted when the user interrupts the running cell. */
  readonly interruptSignal: AbortSignal;
}

/**
 * The key under which the kernel stores its `FrontEnd` on the global object. The symbol is global, so nothing has to
 * import the kernel.
 */
export const frontEndSymbol: unique symbol = Symbol.for("elbo-lab.frontEnd") as never;

/** The notebook front end of this process, or undefined in a terminal. */
export function frontEnd(): FrontEnd | undefined {
  return (globalThis as { [frontEndSymbol]?: FrontEnd })[frontEndSymbol];
}
