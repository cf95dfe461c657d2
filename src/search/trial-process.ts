import type { TrialAnswer, TrialRequest } from "./run-in-processes";
import type { Trial } from "./trial";

/** The program of a process that runs trials. It answers one request at a time, until its parent process is gone. */

// An interrupt goes to the whole process group. The search decides how to handle it.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());

process.on("message", async (request: TrialRequest) => {
  const answer = await run(request).catch((error: unknown): TrialAnswer => {
    const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    return { error: { name, message, stack } };
  });
  process.send?.(answer);
});

async function run({ module, settings, data, seed }: TrialRequest): Promise<TrialAnswer> {
  const { default: trial } = (await import(module)) as { default?: Trial };
  if (typeof trial !== "function") throw new Error("the module of the trial must export a function by default");
  const start = performance.now();
  const signal = new AbortController().signal;
  const metrics = await trial(settings, { ...data, signal }, seed);
  return { metrics, seconds: (performance.now() - start) / 1000 };
}
