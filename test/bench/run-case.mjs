import { processorSeconds } from "./worker.mjs";

/** Losses of all rows agree this well: at every one of the first steps, given the same noise. */
export const lossTolerance = 1e-4;
/** And this well after training with noise of their own. */
const trainedTolerance = 0.03;
const checks = 5;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Times a case: every row is loaded and checked against the others, then they take turns, A B C … C B A …, so that
 * whatever else the machine does falls on all of them alike.
 *
 * @param {import("./cases.mjs").Case} of
 * @param {{name: string, mode: string, worker: ReturnType<import("./worker.mjs").startWorker>}[]} rows
 * @param {{repeats: number, turn: number, trained: number, files: object, tell: (text: string) => void}} options
 *   turn: milliseconds of one turn; trained: steps after which trained losses are compared
 */
export async function runCase(of, rows, { repeats, turn, trained, files, tell }) {
  const results = [];
  for (const { name, mode, worker } of rows) {
    tell(`${of.name}: ${name} loads`);
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
    tell(`${of.name}: ${result.name} warms up`);
    await attempt(result, async () => {
      const { ms, loss } = await result.worker.call("run", { steps: trained });
      result.loss = loss;
      // `fit` takes up what the steps have compiled.
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
      // Threads that have just worked may look for more work for a while.
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

/** A row that fails is told of and left out; the others go on. */
async function attempt(result, work) {
  try {
    await work();
  } catch (error) {
    result.error = error.message;
  }
}

/** @throws Error naming the rows that do not compute what the first computes */
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

/** What is timed must train: turns go on from the state that was compared. */
function compareLast(of, results) {
  for (const { name, loss, lastLoss, error } of results) {
    if (error !== undefined || lastLoss <= (1 + trainedTolerance) * loss) continue;
    throw new Error(`${of.name}: the loss of ${name} was ${loss} before its turns and is ${lastLoss} after them.`);
  }
}

/** How busy each row is while none is asked anything, as a fraction of one core: it should be nothing. */
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
