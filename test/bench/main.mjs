import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run as spawn } from "../../bin/setup/process.mjs";
import { cases, mainCases, rows } from "./cases.mjs";
import { makePeers } from "./peers/environment.mjs";
import { figure, tables } from "./report.mjs";
import { runBench } from "./run-bench.mjs";
import { ownPeers } from "./worker.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const peerNames = [...new Set(rows.map(({ peer }) => peer))];

/** Measurements in addition to the cases. */
const others = ["epochs", "sweep", "answers"];

const usage = `usage: npm run bench -- [options]

  --quick          run ${mainCases.length} cases instead of ${cases.length}, with shorter turns
  --cases A,B      run only these: ${[...cases.map(({ name }) => name), ...others].join(", ")}
  --peers A,B      compare only these: ${peerNames.join(", ")}; defaults to all
  --repeats N      the number of turns of each row; defaults to 9, or to 5 with --quick
  --out FOLDER     the folder for bench.json and bench.png; defaults to test/bench/results (which is committed) for a full run,
                   and to .artifacts/bench with --quick, --cases, --peers or --repeats`;

/** Runs the benchmark from the command line. The setup must be done before. */
export async function main(args) {
  const options = parse(args);
  if (typeof options === "string") {
    console.log(options);
    return options === usage ? 0 : 2;
  }
  const { chosen, peers, repeats, quick, epochs, sweep, answers, out } = options;
  const made = await makePeers(peers.filter((peer) => !ownPeers.includes(peer)));
  for (const [peer, { missing }] of Object.entries(made)) if (missing) console.error(`Skipping ${peer}.\n${missing}`);
  const pythons = Object.fromEntries(Object.entries(made).map(([peer, { python }]) => [peer, python]));
  const found = await runBench({
    cases: chosen,
    rows: rows.filter(({ peer }) => ownPeers.includes(peer) || pythons[peer]),
    pythons,
    epochSizes: epochs ? (quick ? [12_800] : [1024, 4096, 12_800, 59_904]) : [],
    sweep: sweep ? { fits: quick ? 10 : 50, examples: 2048, epochs: 10 } : undefined,
    requests: answers ? (quick ? 20 : 60) : undefined,
    repeats,
    turn: quick ? 300 : 700,
    trained: quick ? 40 : 80,
    probe: quick ? 0.1 : 0.3,
    tell: progress,
  });
  progress("");
  console.log(tables(found));
  const files = await write(found, out);
  console.log(`\n${files.map((file) => path.relative(process.cwd(), file)).join(", ")}`);
  return found.cases.some((each) => each.rows.some(({ error }) => error)) ? 1 : 0;
}

/** @returns the options, or a text to print instead */
export function parse(args) {
  const string = { type: "string" };
  let values;
  try {
    const known = { quick: { type: "boolean" }, help: { type: "boolean" }, cases: string, peers: string };
    values = parseArgs({ args, options: { ...known, repeats: string, out: string } }).values;
  } catch (error) {
    return `${error.message}\n\n${usage}`;
  }
  if (values.help) return usage;
  const all = [...(values.quick ? mainCases : cases.map(({ name }) => name)), ...others];
  const wanted = values.cases?.split(",") ?? all;
  const peers = values.peers?.split(",") ?? peerNames;
  const repeats = Number(values.repeats ?? (values.quick ? 5 : 9));
  const unknown = [
    ...wanted.filter((name) => !others.includes(name) && !cases.some((each) => each.name === name)),
    ...peers.filter((name) => !peerNames.includes(name)),
  ];
  if (unknown.length > 0) return `There is no ${unknown.join(", no ")}.\n\n${usage}`;
  if (!(Number.isInteger(repeats) && repeats > 0)) return `--repeats takes a whole number above 0.\n\n${usage}`;
  const named = cases.filter(({ name }) => wanted.includes(name));
  return {
    chosen: named,
    peers,
    repeats,
    quick: Boolean(values.quick),
    epochs: wanted.includes("epochs"),
    sweep: wanted.includes("sweep"),
    answers: wanted.includes("answers"),
    out: path.resolve(values.out ?? path.join(root, isFull(values) ? "test/bench/results" : ".artifacts/bench")),
  };
}

/** Whether a run measures everything in the committed results. */
const isFull = ({ quick, cases, peers, repeats }) => !quick && cases === undefined && peers === undefined && !repeats;

async function write(found, folder) {
  fs.mkdirSync(folder, { recursive: true });
  const [json, png] = [path.join(folder, "bench.json"), path.join(folder, "bench.png")];
  fs.writeFileSync(json, `${JSON.stringify(found, null, 2)}\n`);
  // The results are committed, so format them like the other files.
  await spawn(process.execPath, [path.join(root, "node_modules/@biomejs/biome/bin/biome"), "format", "--write", json]);
  if (found.cases.length === 0) return [json];
  await (await figure(found)).save(png);
  return [json, png];
}

/** Shows progress in one line, which is rewritten in place on a terminal. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text) process.stderr.write(`${text}\n`);
}
