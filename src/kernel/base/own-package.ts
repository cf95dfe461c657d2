import { createRequire } from "node:module";

/** The package that the kernel is part of. */
const ownName = "elbo-lab";

/** A file of the package. An import of the package by its name, from here, finds the package itself. */
export const ownFile = __filename;

const requireFromHere = createRequire(ownFile);

/** Whether an import means this package. Notebooks anywhere may import it, whether their folder has it installed or not. */
export function isOwnPackage(id: string): boolean {
  return id === ownName || id.startsWith(`${ownName}/`);
}

/** `require` of this package, for a notebook whose folder does not have it. */
export function requireOwnPackage(id: string): unknown {
  return requireFromHere(id);
}
