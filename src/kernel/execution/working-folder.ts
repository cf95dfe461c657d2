/**
 * Makes sure that there is a current folder, because neither the compiler nor Node works without one.
 *
 * @param folder The notebook's folder, which becomes the current one if a cell has deleted the current one.
 * @returns A sentence for the user, if that has happened.
 */
export function repairWorkingFolder(folder: string): string | undefined {
  try {
    process.cwd();
    return undefined;
  } catch {
    process.chdir(folder);
    return `The current folder was deleted. It is the notebook's folder again: ${folder}`;
  }
}
