import { processorSeconds } from "./worker.mjs";

/** The relative tolerance for the losses of the first steps, where all rows have the same noise. */
export const lossTolerance = 1e-4;
/** The relative tolerance for the losses after training, where each row draws its own noise. */
const trainedTolerance = 0.03;
const checks = 5;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Times a case. First, every row is loaded and compared with the others. Then the rows take turns, A B C … C B A …, so other load
 * on the machine affects all of them equally.
 *
 * @param {import("./cases.mjs").Case} of
 * @param {{name: string, mode: string, worker: ReturnType<import("./worker.mjs").startWorker>}[]} rows
 * @param {{repeats: number, turn: number, trained: number, files: object, tell: (text: string) => void}} options
 *   turn: milliseconds of one turn; trained: steps after which trained losses are compared
 */
export async function runCase(of, rows, { repeats, turn, trained, files, tell }) {
  const results = [];
  for (const { name, mode, worker } of rows) {
    tell(`${of.name}: loading ${name}`);
    const result = { name, worker, turn: mode === "fit" ? "fit" : "run", samples: [] };
    results.push(result);
    await attempt(result, async () => {
      const loaded = await worker.call("load", { mode, case: of, files, checks });
      Object.assign(result, { versions: loaded.versions, checks: loaded.checks, loadSeconds: loaded.seconds });
      result.parameters = loaded.parameters;
      result.pid = loaded.pid ?? worker.pid;
      result.firstSeconds = (await worker.call("first")).seconds;
    });
  }
  compareLosses(of, results);
  const running = results.filter(({ error }) => error === undefined);
  for (const result of running) {
    tell(`${of.name}: warming up ${result.name}`);
    await attempt(result, async () => {
      const { ms, loss } = await result.worker.call("run", { steps: trained });
      result.loss = loss;
      // `fit` reuses the graphs that the steps compiled. This first epoch sets it up.
      if (result.turn === "fit") await result.worker.call("fit", { steps: 1 });
      result.stepsPerTurn = Math.max(3, Math.round(turn / ms));
      result.peakBytes = (await result.worker.call("memory")).peak;
    });
  }
  compareTrained(of, running);
  await measureIdle(running);
  for (let round = 0; round < repeats; round++) {
    tell(`${of.name}: round ${round + 1} of ${repeats}`);
    for (const result of round % 2 === 0 ? running : running.toReversed()) {
      if (result.error !== undefined) continue;
      // Threads of the previous row may keep spinning for a while.
      await pause(30);
      await attempt(result, async () => {
        const { ms, loss } = await result.worker.call(result.turn, { steps: result.stepsPerTurn });
        result.samples.push(ms);
        result.lastLoss = loss;
      });
    }
  }
  compareLast(of, running);
  return results.map(({ worker, pid, turn, lastLoss, ...result }) => ({ ...result, ms: median(result.samples) }));
}

/** Does the work of a row. If it fails, the error is recorded and the other rows continue. */
async function attempt(result, work) {
  try {
    await work();
  } catch (error) {
    result.error = error.message;
  }
}

/** @throws Error that names a row whose losses differ from those of the first row */
function compareLosses(of, results) {
  const [first, ...others] = results.filter(({ error }) => error === undefined);
  for (const { name, checks } of others) {
    checks.forEach((loss, i) => {
      if (Math.abs(loss - first.checks[i]) <= lossTolerance * Math.abs(first.checks[i])) return;
      throw new Error(
        `${of.name}: with the same weights, images and noise, the loss of step ${i + 1} is ${first.checks[i]} for ` +
          `${first.name}, but ${loss} for ${name}: they do not compute the same.`,
      );
    });
  }
}

function compareTrained(of, results) {
  const known = results.filter(({ loss }) => loss !== undefined);
  const middle = median(known.map(({ loss }) => loss));
  for (const { name, loss } of known) {
    if (Math.abs(loss - middle) <= trainedTolerance * Math.abs(middle)) continue;
    throw new Error(`${of.name}: after as many steps, the loss is ${loss} for ${name}, but ${middle} for most.`);
  }
}

/** Timed steps must still train, so the loss after the turns may not be higher than before. */
function compareLast(of, results) {
  for (const { name, loss, lastLoss, error } of results) {
    if (error !== undefined || lastLoss <= (1 + trainedTolerance) * loss) continue;
    throw new Error(`${of.name}: the loss of ${name} was ${loss} before its turns and is ${lastLoss} after them.`);
  }
}

/** Measures how busy each row is while all are idle, as a fraction of one core. It should be zero. */
async function measureIdle(results) {
  await pause(500);
  const before = results.map(({ pid }) => processorSeconds(pid));
  await pause(1000);
  results.forEach((result, i) => {
    const after = processorSeconds(result.pid);
    result.idleLoad = after === undefined ? undefined : after - before[i];
  });
}

/** @param {number[]} values */
export function median(values) {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
