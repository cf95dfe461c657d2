import { tmpdir } from "node:os";
import { join } from "node:path";
import { murmur2 } from "./murmur2";

/** How front ends compute the name under which the debugger knows a cell: prefix, hash of the code, suffix. */
export const cellNaming = {
  hashMethod: "Murmur2",
  hashSeed: 0xc70f6907,
  tmpFilePrefix: join(tmpdir(), `elbo-lab_${process.pid}`, "/"),
  tmpFileSuffix: ".ts",
} as const;

/** The name under which the debugger knows a cell with this code. No file with this name exists. */
export function cellPath(code: string): string {
  return `${cellNaming.tmpFilePrefix}${murmur2(code, cellNaming.hashSeed)}${cellNaming.tmpFileSuffix}`;
}
