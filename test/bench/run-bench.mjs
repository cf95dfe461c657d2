import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { physicalBound } from "./bound.mjs";
import { cases as allCases, answerLimit, fitRow, targets } from "./cases.mjs";
import { timeAnswers } from "./kernel-latency.mjs";
import { median, runCase } from "./run-case.mjs";
import { startWorker, threads } from "./worker.mjs";

/** The model for timing epochs. */
const epochCase = allCases[0];
/** The model for the sweep. */
const sweepCase = allCases.find(({ name }) => name === "30-64-8");

/**
 * @typedef {{
 *   cases: import("./cases.mjs").Case[],
 *   rows: {name: string, peer: string, mode: string}[],
 *   pythons: Record<string, string>,
 *   epochSizes: number[], sweep?: { fits: number, examples: number, epochs: number }, requests?: number,
 *   repeats: number, turn: number, trained: number, probe: number, tell?: (text: string) => void,
 * }} BenchOptions pythons: the Python of each peer; epochSizes: examples per epoch, for the timing of `fit`; sweep: fits of
 *   equal models; requests: how often the kernel is asked while it trains; turn: milliseconds of one turn; trained: steps after
 *   which trained losses are compared; probe: seconds for timing each product of the bound
 */

/** Runs the benchmark and returns all results. @param {BenchOptions} options */
export async function runBench({ cases, rows, pythons, epochSizes, sweep, requests, tell = () => {}, ...timing }) {
  const began = Date.now();
  const load = os.loadavg()[0];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "elbo-lab-bench-"));
  try {
    const files = await writeInputs(cases, folder);
    const results = [];
    for (const members of groups(cases)) {
      results.push(...(await runGroup(members, { rows, pythons, files, tell, ...timing })));
    }
    const epochs = [];
    for (const examples of epochSizes) epochs.push(await timeEpochs(epochCase, examples, timing.repeats, tell));
    const swept = sweep && (await timeSweep(sweepCase, sweep, tell));
    const answers = requests && (await timeKernel(requests, tell));
    return {
      date: new Date(began).toISOString(),
      seconds: Math.round((Date.now() - began) / 1000),
      machine: {
        cpu: os.cpus()[0]?.model,
        cores: os.availableParallelism(),
        memoryGigabytes: gigabytes(os.totalmem()),
      },
      loadBefore: load,
      threads,
      ...timing,
      versions: Object.assign({}, ...results.flatMap((each) => each.rows.map((row) => row.versions))),
      cases: results.map(({ rows, ...each }) => ({ ...each, rows: rows.map(({ versions, ...row }) => row) })),
      epochs,
      sweep: swept,
      answers,
      targets: judge(results, epochs, swept, answers),
    };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const groups = (cases) =>
  [...new Set(cases.map(({ group }) => group))].map((name) => cases.filter(({ group }) => group === name));

async function writeInputs(cases, folder) {
  if (cases.length === 0) return new Map();
  const file = (name) => path.join(folder, `${name}.safetensors`);
  const files = new Map(
    cases.map((of) => [of.name, { data: file("data"), weights: file(`${of.name}-w`), noise: file(`${of.name}-n`) }]),
  );
  const examples = Math.max(...cases.map((of) => of.examples));
  const each = cases.map((of) => ({ case: of, ...files.get(of.name) }));
  await askLibrary("write", { examples, files: { data: file("data"), cases: each } });
  return files;
}

/** The answer of a process of the library, started for this command alone. */
async function askLibrary(command, args) {
  const worker = startWorker("library");
  try {
    return await worker.call(command, args);
  } finally {
    await worker.end();
  }
}

/** Times the cases of a group in one set of processes, with one process per row. */
async function runGroup(cases, { rows, pythons, files, tell, ...timing }) {
  const started = rows.map((row) => ({ ...row, worker: startWorker(row.peer, pythons[row.peer]) }));
  try {
    const results = [];
    for (const of of cases) {
      const suited = started.filter(({ only = of.network }) => only === of.network);
      const timed = await runCase(of, suited, { ...timing, files: files.get(of.name), tell });
      const parameters = timed.find((row) => row.parameters !== undefined)?.parameters;
      const working = suited.filter(({ name }) => timed.find((row) => row.name === name)?.error === undefined);
      const one = (peer) => working.find((row) => row.peer === peer)?.worker;
      const multipliers = [one("library"), one("torch")].filter(Boolean);
      const movers = [one("torch")].filter(Boolean);
      tell(`${of.name}: the bound`);
      const bound = parameters && (await physicalBound(of, parameters, multipliers, movers, timing.probe));
      results.push({ ...of, parameters, bound, rows: timed.map(({ parameters, ...row }) => row) });
      const [first] = results;
      // A peak never decreases, so only the peaks of the group's first case belong to a single case.
      if (results.length > 1 && first) for (const row of results.at(-1).rows) delete row.peakBytes;
    }
    return results;
  } finally {
    await Promise.all(started.map(({ worker }) => worker.end()));
  }
}

/** Times whole epochs of `fit` and the same number of bare steps. */
async function timeEpochs(of, examples, repeats, tell) {
  tell(`epochs of ${examples} examples`);
  // Repeat small epochs more often: at least 100 steps per repeat.
  const epochs = Math.max(repeats, Math.ceil((repeats * 100) / Math.floor(examples / of.batch)));
  const { fit, bare, steps } = await askLibrary("epochs", { case: of, examples, epochs });
  const [fitMs, bareMs] = [median(fit), median(bare)];
  return { examples, batch: of.batch, steps, epochs, fitMs, bareMs, ratio: fitMs / bareMs };
}

/** Times fits of equal models, one after the other. The first one is compiled, and the others share its compiled graph. */
async function timeSweep(of, { fits, examples, epochs }, tell) {
  tell(`a sweep of ${fits} fits`);
  const { total, first } = await askLibrary("sweep", { case: of, examples, fits, epochs });
  const perFit = epochs * Math.floor(examples / of.batch);
  const times = ([one, ...others]) => ({ first: one, others: median(others) });
  const firstStep = times(first);
  const ratio = firstStep.others / firstStep.first;
  return { case: of.name, fits, examples, epochs, perFit, firstStep, fit: times(total), ratio };
}

/** Times answers of the notebook kernel: the median and the 95th percentile of each kind. */
async function timeKernel(requests, tell) {
  tell("the kernel's answers while it trains");
  const summary = (all) => {
    const sorted = all.toSorted((a, b) => a - b);
    return { count: all.length, median: median(all), p95: sorted[Math.ceil(0.95 * all.length) - 1] };
  };
  const { idle, training } = await timeAnswers(requests);
  return { idle: mapValues(idle, summary), training: mapValues(training, summary) };
}

const mapValues = (record, change) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

/** Each target with the measured ratio, if its case and rows ran. */
function judge(cases, epochs, sweep, answers) {
  const others = {
    epoch: epochs.at(-1)?.ratio,
    sweep: sweep?.ratio,
    completion: answers && answers.training.completion.p95 / answerLimit,
    interrupt: answers && answers.training.interrupt.p95 / answerLimit,
  };
  return targets.flatMap((target) => {
    const ratio = target.case in others ? others[target.case] : ratioOf(cases, target);
    return ratio === undefined ? [] : [{ ...target, ratio, met: ratio <= target.limit }];
  });
}

function ratioOf(cases, { case: name, row = fitRow, against }) {
  const found = cases.find((each) => each.name === name);
  if (found === undefined) return undefined;
  const time = (row) => (row === "bound" ? found.bound?.ms : found.rows.find((each) => each.name === row)?.ms);
  const [own, other] = [time(row), time(against)];
  return own && other ? own / other : undefined;
}

const gigabytes = (bytes) => Math.round(bytes / 2 ** 30);
