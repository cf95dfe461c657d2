import { existsSync } from "node:fs";

/**
 * Makes sure that there is a current folder, because nothing works without one. A cell may have deleted it, or the user may
 * have renamed the notebook's folder.
 *
 * @param folder The notebook's folder, when the kernel started.
 * @returns A sentence for the user, if something is wrong.
 */
export function repairWorkingFolder(folder: string): string | undefined {
  if (!existsSync(folder)) {
    return `The notebook's folder ${folder} was moved, renamed or deleted. Restart the kernel: until then, it does not find the files beside the notebook.`;
  }
  try {
    process.cwd();
    return undefined;
  } catch {
    process.chdir(folder);
    return `The current folder was deleted. It is the notebook's folder again: ${folder}`;
  }
}
