import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium, type Page } from "playwright-core";

/** The machine's Chromium: `CHROME_PATH`, or one of the usual names on the PATH; undefined when there is none. */
export function findChromium(): string | undefined {
  const given = process.env.CHROME_PATH;
  if (given) return given;
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** A browser page with an empty profile. */
export interface BrowserPage {
  page: Page;
  /** What went wrong inside the page: exceptions that nothing caught. */
  errors: string[];
  stop(): Promise<void>;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless browser with one page. */
export async function openBrowser(executablePath: string): Promise<BrowserPage> {
  const profile = mkdtempSync(join(tmpdir(), "elbo-lab-chromium-"));
  const stop = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: flags,
      viewport: { width: 1280, height: 2200 },
    });
    const page = context.pages()[0] ?? (await context.newPage());
    const errors: string[] = [];
    // JupyterLab asks every kernel for a debugger and rejects when there is none.
    page.on("pageerror", (error) => error.message !== "No active debugger session" && errors.push(error.message));
    return {
      page,
      errors,
      async stop() {
        await context.close();
        stop();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
