import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { fakeNpm, installs, writeLock } from "./fake-npm";
import { bareCheckout, isRunning, root, runNode, temporaryFolder, until } from "./sandbox";

// A slow machine is not a failure.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** An npm that leaves a package half-made, starts a process of its own, and takes longer than anybody waits. */
const endless = `
fs.mkdirSync("node_modules/a", { recursive: true });
const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
log(process.pid + " " + child.pid);
setInterval(() => {}, 1000);
`;

const lines = (file: string) => readFileSync(file, "utf8").trim().split("\n").filter(Boolean);

const callPart = (checkout: string, part: string, method: string) => `
  import { parts } from ${JSON.stringify(path.join(checkout, "bin/setup/setup.mjs"))};
  try { console.log(await parts.find(({ name }) => name === "${part}").${method}()); }
  catch (error) { console.error(error.name === "SetupError" ? error.message : error.stack); process.exit(1); }`;

describe("a set-up whose process is killed", () => {
  test.each([
    "SIGKILL",
    "SIGTERM",
    "SIGHUP",
    "SIGINT",
  ] as const)("by %s takes its children and theirs with it, and leaves nothing that a second run would trust", async (signal) => {
    const checkout = bareCheckout();
    const npm = fakeNpm(endless);
    const command = [path.join(checkout, "bin/elbo-lab.mjs")];
    let pids: number[] = [];
    await runNode([...command, "setup"], {
      env: npm.env,
      during: async (kill) => {
        await until(() => lines(npm.log).length === 1);
        pids = (lines(npm.log)[0] as string).split(" ").map(Number);
        expect(pids.map(isRunning)).toEqual([true, true]);
        kill(signal);
      },
    });
    await until(() => !pids.some(isRunning));
    expect(readdirSync(path.join(checkout, ".elbo-lab")).filter((name) => name.endsWith(".stamp"))).toEqual([]);
    const { status, output } = await runNode([...command, "doctor"]);
    expect(status).toBe(1);
    expect(output).toMatch(/✗ npm packages +missing or incomplete: run `npx elbo-lab setup`/);
  });

  test("does not hold up the next one", async () => {
    const checkout = bareCheckout();
    writeLock(checkout);
    const command = [path.join(checkout, "bin/elbo-lab.mjs"), "setup"];
    const cutOff = fakeNpm(endless);
    await runNode(command, {
      env: cutOff.env,
      during: async (kill) => {
        await until(() => lines(cutOff.log).length === 1);
        kill();
      },
    });
    const npm = fakeNpm(installs);
    // The part after the packages fails at once: there is no Python.
    const { output } = await runNode(command, { env: { ...npm.env, PATH: temporaryFolder() } });
    expect(lines(npm.log)).toEqual(["installed"]);
    expect(output).toMatch(/• npm packages\n {2}done in .*\n• Python environment[\s\S]*no suitable Python was found/);
  });
});

describe("what an install that was cut off has left", () => {
  test("is removed when npm stumbles over it", async () => {
    const checkout = bareCheckout();
    writeLock(checkout);
    mkdirSync(path.join(checkout, "node_modules/.a-Xk3"), { recursive: true });
    const npm = fakeNpm(`
      if (fs.existsSync("node_modules/.a-Xk3")) {
        console.error("npm error code ENOTEMPTY\\nnpm error ENOTEMPTY: directory not empty, rename 'node_modules/a'");
        process.exit(1);
      }${installs}`);
    const { status, output } = await runNode(
      ["--input-type=module", "-e", callPart(checkout, "packages", "make")],
      npm,
    );
    expect(output).toMatch(/removing files of an earlier install/);
    expect(status).toBe(0);
    expect(existsSync(path.join(checkout, "node_modules/a/node_modules/c/package.json"))).toBe(true);
  });

  test("that stays in use is said, without advice about the network", async () => {
    const checkout = bareCheckout();
    const npm = fakeNpm(`console.error("npm error code EBUSY\\nnpm error EBUSY: resource busy"); process.exit(1);`);
    const { status, output } = await runNode(
      ["--input-type=module", "-e", callPart(checkout, "packages", "make")],
      npm,
    );
    expect(status).toBe(1);
    expect(output).toMatch(/why: npm error code EBUSY[\s\S]*fix: close the programs that use this folder/);
    expect(output).not.toMatch(/network/);
  });
});

describe("the lock", () => {
  const holding = (checkout: string, log: string, text: string) => `
    import fs from "node:fs";
    import { withLock } from ${JSON.stringify(path.join(checkout, "bin/setup/lock.mjs"))};
    await withLock(${JSON.stringify(path.join(checkout, ".elbo-lab"))}, async () => {
      fs.appendFileSync(${JSON.stringify(log)}, "${text} begins\\n");
      await new Promise((resolve) => setTimeout(resolve, 300));
      fs.appendFileSync(${JSON.stringify(log)}, "${text} ends\\n");
    });`;
  const hold = (checkout: string, log: string, text = "it") =>
    runNode(["--input-type=module", "-e", holding(checkout, log, text)]);

  test("lets one set-up of a folder work at a time", async () => {
    const [checkout, log] = [bareCheckout(), path.join(temporaryFolder(), "log")];
    await Promise.all(["a", "b", "c", "d"].map((text) => hold(checkout, log, text)));
    const told = lines(log);
    expect(told).toHaveLength(8);
    for (let i = 0; i < 8; i += 2) expect(told[i + 1]).toBe(told[i]?.replace("begins", "ends"));
  });

  test.each([
    ["of a process that has ended", "999999999 1234\n"],
    ["of an earlier process with a number that is in use again", `${process.pid} 1\n`],
    ["that was cut off as it was written", ""],
  ])("%s does not count", async (_, text) => {
    const [checkout, log] = [bareCheckout(), path.join(temporaryFolder(), "log")];
    mkdirSync(path.join(checkout, ".elbo-lab"));
    writeFileSync(path.join(checkout, ".elbo-lab/lock"), text);
    await hold(checkout, log);
    expect(lines(log)).toEqual(["it begins", "it ends"]);
    expect(readdirSync(path.join(checkout, ".elbo-lab"))).toEqual([]);
  });

  test("counts until the children of its holder have ended", async () => {
    const [checkout, log] = [bareCheckout(), path.join(temporaryFolder(), "log")];
    const file = path.join(checkout, ".elbo-lab/lock");
    const script = `
      import { spawn } from "node:child_process";
      import { started } from ${JSON.stringify(path.join(checkout, "bin/setup/process.mjs"))};
      import { withLock } from ${JSON.stringify(path.join(checkout, "bin/setup/lock.mjs"))};
      await withLock(${JSON.stringify(path.dirname(file))}, async () => {
        const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 1000)"], { detached: true, stdio: "ignore" });
        started.note(child.pid);
        console.log(child.pid);
        process.kill(process.pid, "SIGKILL");
      });`;
    const { output } = await runNode(["--input-type=module", "-e", script]);
    const orphan = Number(output.trim());
    expect(isRunning(orphan)).toBe(true);
    await hold(checkout, log);
    expect(isRunning(orphan)).toBe(false);
  });
});

describe("what has been set up is looked at, not trusted", () => {
  const make = async (checkout: string) => {
    writeLock(checkout);
    const { status, output } = await runNode(
      ["--input-type=module", "-e", callPart(checkout, "packages", "make")],
      fakeNpm(installs),
    );
    expect(status, output).toBe(0);
  };
  const look = async (checkout: string) => {
    const ask = async (method: string) =>
      (await runNode(["--input-type=module", "-e", callPart(checkout, "packages", method)])).output.trim();
    return { present: await ask("present"), problem: await ask("problem") };
  };

  test("a package that was removed is missed at a glance, a file of it by the thorough look", async () => {
    const checkout = bareCheckout();
    await make(checkout);
    expect(await look(checkout)).toEqual({ present: "true", problem: "undefined" });
    rmSync(path.join(checkout, "node_modules/@s/b/index.js"));
    expect(await look(checkout)).toEqual({
      present: "true",
      problem: "a file is missing or altered: @s/b/index.js",
    });
    rmSync(path.join(checkout, "node_modules/@s/b"), { recursive: true });
    expect(await look(checkout)).toMatchObject({ present: "false" });
  });

  test("a file that was cut off is missed too, one that was added is not", async () => {
    const checkout = bareCheckout();
    await make(checkout);
    writeFileSync(path.join(checkout, "node_modules/a/more.js"), "");
    mkdirSync(path.join(checkout, "node_modules/.cache"));
    expect(await look(checkout)).toEqual({ present: "true", problem: "undefined" });
    appendFileSync(path.join(checkout, "node_modules/a/node_modules/c/index.js"), "// more");
    expect((await look(checkout)).problem).toBe("a file is missing or altered: a/node_modules/c/index.js");
  });

  test("a file of dist/ that is missing or empty is noticed at a glance", async () => {
    const checkout = bareCheckout();
    symlinkSync(path.join(root, "node_modules"), path.join(checkout, "node_modules"));
    mkdirSync(path.join(checkout, "src"));
    for (const name of ["index", "vae"]) writeFileSync(path.join(checkout, "src", `${name}.ts`), "export const x = 1;");
    const library = async (method: string) =>
      (await runNode(["--input-type=module", "-e", callPart(checkout, "library", method)])).output.trim();
    expect(await library("make")).toBe("undefined");
    expect(await library("present")).toBe("true");
    const file = path.join(checkout, "dist/vae.js");
    const text = readFileSync(file, "utf8");
    rmSync(file);
    expect([await library("present"), await library("problem")]).toEqual([
      "false",
      "a file is missing or altered: vae.js",
    ]);
    writeFileSync(file, "");
    expect(await library("present")).toBe("false");
    writeFileSync(file, text);
    expect(await library("present")).toBe("true");
  });
});
