import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { scriptPattern } from "./script-pattern";

/** The folder of the compiled package, with the kernel and the library. */
const packageFolder = dirname(dirname(__dirname));

/** Patterns of the URLs of code that the debugger does not enter: Node's, this package's and that of other packages. */
export const hiddenCode = [
  "^node:",
  "^evalmachine\\.",
  "/node_modules/",
  scriptPattern(packageFolder).replace(/\$$/, "/"),
];

const patterns = hiddenCode.map((pattern) => new RegExp(pattern));

/** The path of a script with this URL; undefined for code that the debugger does not show. */
export function visibleFile(url: string): string | undefined {
  if (url === "" || patterns.some((pattern) => pattern.test(url))) return undefined;
  if (url.startsWith("file:")) return fileURLToPath(url);
  return url.startsWith("/") ? url : undefined;
}
