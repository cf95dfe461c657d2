import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder in the system's place for temporary files. */
export interface TempProject {
  folder: string;
  write(name: string, text: string): void;
  remove(): void;
}

/** Makes a folder with these files. */
export function makeTempProject(files: Record<string, string> = {}): TempProject {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "elbo-lab-project-"));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
