import type { Page } from "playwright-core";

declare global {
  interface Window {
    /** JupyterLab itself, as `--expose-app-in-browser` gives it. */
    jupyterapp: {
      commands: { execute(command: string, args?: object): Promise<unknown> };
      shell: {
        currentWidget: {
          content: { widgets: { model: { type: string; executionCount: number | null; executionState: string } }[] };
          sessionContext: { ready: Promise<void>; session: { kernel: { info: Promise<void> } } };
        };
      };
    };
  }
}

/** Waits until the kernel of the notebook that is shown has answered. */
export function kernelAnswers(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    await sessionContext.session.kernel.info;
  });
}
