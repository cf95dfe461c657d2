import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mainCases } from "./cases.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The results of the benchmark as text tables. */
export function tables(found) {
  const names = found.cases.map(({ name }) => name);
  const rows = [...new Set(found.cases.flatMap((each) => each.rows.map((row) => row.name)))];
  const entry = (row, show) =>
    found.cases.map((each) => {
      const known = each.rows.find(({ name }) => name === row);
      if (known === undefined) return "–";
      return known.error === undefined ? show(known, each) : "failed";
    });
  const errors = found.cases.flatMap((each) =>
    each.rows.filter(({ error }) => error).map(({ name, error }) => `${each.name}, ${name}: ${error}`),
  );
  return [
    `${found.machine.cpu}, ${found.machine.cores} cores, ${found.threads} threads a row; ${found.date}; ${found.seconds} s`,
    Object.entries(found.versions)
      .map((pair) => pair.join(" "))
      .join(", "),
    `Medians of ${found.repeats} turns, milliseconds per step`,
    table([
      ["", ...names],
      ...rows.map((row) => [row, ...entry(row, ({ ms }) => digits(ms))]),
      ["physical bound", ...found.cases.map(({ bound }) => (bound ? digits(bound.ms) : "–"))],
    ]),
    "The bound is the sum of the matrix products and of Adam's traffic:",
    table([
      ["", ...names],
      ["products, GFLOP", ...found.cases.map(({ bound }) => digits(bound?.gigaflops))],
      ["sgemm, GFLOP/s", ...found.cases.map(({ bound }) => digits(bound?.sgemmGigaflopsPerSecond))],
      ["Adam, MB", ...found.cases.map(({ bound }) => digits(bound?.megabytes))],
      ["memory, GB/s", ...found.cases.map(({ bound }) => digits(bound?.gigabytesPerSecond))],
    ]),
    "Seconds to the first step, tracing and compiling included",
    table([["", ...names], ...rows.map((row) => [row, ...entry(row, ({ firstSeconds }) => digits(firstSeconds))])]),
    ...memoryTable(found, rows),
    ...epochTable(found),
    ...sweepTable(found),
    ...answerTable(found),
    ...targetTable(found),
    ...errors,
    ...warnings(found),
  ].join("\n\n");
}

function memoryTable(found, rows) {
  const measured = found.cases.filter((each) => each.rows.some(({ peakBytes }) => peakBytes));
  const peak = (row) => (each) => digits(each.rows.find(({ name }) => name === row)?.peakBytes / 2 ** 20);
  return [
    "Peak of the resident set, MB (libraries and data included)",
    table([["", ...measured.map(({ name }) => name)], ...rows.map((row) => [row, ...measured.map(peak(row))])]),
  ];
}

function epochTable({ epochs }) {
  if (epochs.length === 0) return [];
  const body = epochs.map(({ examples, fitMs, bareMs, ratio }) => [examples, ...[fitMs, bareMs, ratio].map(digits)]);
  return [
    "Epochs through fit(), data handling and display included, milliseconds per step",
    table([["examples", "fit", "bare steps", "ratio"], ...body]),
  ];
}

function sweepTable({ sweep }) {
  if (sweep === undefined) return [];
  const { fits, perFit, firstStep, fit } = sweep;
  return [
    `${fits} fits of equal models (${sweep.case}, ${perFit} steps each), seconds`,
    table([
      ["", "the first", "median of the others"],
      ["to the first step", digits(firstStep.first), digits(firstStep.others)],
      ["whole fit", digits(fit.first), digits(fit.others)],
    ]),
  ];
}

function answerTable({ answers }) {
  if (answers === undefined) return [];
  const body = Object.entries(answers).flatMap(([when, kinds]) =>
    Object.entries(kinds).map(([kind, { median, p95 }]) => [`${kind}, ${when}`, digits(median), digits(p95)]),
  );
  return ["Answers of the notebook kernel, milliseconds", table([["", "median", "95th percentile"], ...body])];
}

function targetTable({ targets }) {
  if (targets.length === 0) return [];
  const body = targets.map((each) => [
    `${each.case}, ${each.row ? `${each.row}, ` : ""}against ${each.against}`,
    `${digits(each.ratio)}x`,
    `at most ${each.limit}x`,
    each.met ? "met" : "NOT MET",
  ]);
  return ["Targets", table([["", "found", "wanted", ""], ...body])];
}

function warnings({ loadBefore, cases, machine }) {
  const busy = cases.flatMap((each) =>
    each.rows
      .filter(({ idleLoad }) => idleLoad > 0.05)
      .map(({ name, idleLoad }) => ({ name, idleLoad, of: each.name })),
  );
  const uneven = cases.flatMap((each) => {
    const rows = each.rows.filter(({ samples }) => Math.max(...samples) > 1.5 * Math.min(...samples));
    return rows.length > 0 ? [`${each.name}, ${rows.map(({ name }) => name).join(", ")}`] : [];
  });
  return [
    ...(loadBefore > machine.cores / 4
      ? [`! The machine was busy before the run (load ${loadBefore.toFixed(1)}), so times and ratios are not reliable.`]
      : []),
    ...uneven.map((text) => `! ${text}: the turns of a row differ by more than half, so other processes were running.`),
    ...busy.map(({ name, idleLoad, of }) => `! ${name} used ${digits(idleLoad)} of a core while it was idle (${of}).`),
  ];
}

/** Aligns columns: the first to the left, the others to the right. */
function table(lines) {
  const texts = lines.map((line) => line.map(String));
  const widths = texts[0].map((_, column) => Math.max(...texts.map((line) => line[column].length)));
  const cell = (text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]));
  return texts.map((line) => `  ${line.map(cell).join("   ")}`.trimEnd()).join("\n");
}

/** A number with three significant digits. */
function digits(value) {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** A chart of the milliseconds per step of each row, with one panel per main case (or per case if no main case ran). */
export async function figure(found) {
  const { barChart, sideBySide } = await import(pathToFileURL(path.join(root, "dist/plots/index.js")).href);
  const main = found.cases.filter(({ name }) => mainCases.includes(name));
  const charts = (main.length > 0 ? main : found.cases).map((each) => {
    const timed = each.rows.filter(({ ms }) => ms !== undefined).map(({ name, ms }) => ({ label: name, value: ms }));
    const limit = drawnUpTo * Math.min(...timed.map(({ value }) => value));
    const drawn = timed.filter(({ value }) => value <= limit);
    const bars = [...drawn, ...(each.bound ? [{ label: "physical bound", value: each.bound.ms }] : [])];
    return barChart(bars, { title: each.name, width: 300, height: 260, xTitle: "", yTitle: "milliseconds per step" });
  });
  const { cpu, cores } = found.machine;
  const subtitle =
    `${cpu}, ${cores} cores; medians of ${found.repeats} turns; ${found.date.slice(0, 10)}; ` +
    `without rows that take more than ${drawnUpTo} times as long as the fastest`;
  return sideBySide(charts, { title: "One training step", subtitle, columns: 3 });
}

/** Slower rows would make the others too short to compare. */
const drawnUpTo = 6;
