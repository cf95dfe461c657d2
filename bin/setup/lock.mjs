import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { started } from "./process.mjs";
import { say } from "./say.mjs";

/**
 * Runs `work` while no other set-up works in a folder. The lock lists the holder and all processes it has started. It is
 * valid until all of them have ended.
 *
 * @template T
 * @param {string} folder @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, work) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "lock");
  for (let told = false; !take(file); told = true) {
    if (!told) say(`waiting for another set-up (process ${holder(file)}) that works in ${folder}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const outer = started.note;
  started.note = (pid) => {
    outer(pid);
    fs.appendFileSync(file, `${identity(pid)}\n`);
  };
  try {
    return await work();
  } finally {
    started.note = outer;
    fs.rmSync(file, { force: true });
  }
}

/** Creates the lock atomically, unless it is held. */
function take(file) {
  const mine = `${file}-${process.pid}`;
  fs.writeFileSync(mine, `${identity(process.pid)}\n`);
  try {
    fs.linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const found = read(file);
    if (found === undefined) return false; // It has just been released, so the next try gets it.
    if (found.split("\n").some(isAlive)) return false;
    discard(file, found);
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** Removes the lock of processes that have ended, unless another set-up was faster. */
function discard(file, found) {
  const aside = `${file}-stale-${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (read(aside) !== found) fs.linkSync(aside, file);
  } catch {
    // Another set-up has removed it.
  }
  fs.rmSync(aside, { force: true });
}

const holder = (file) => read(file)?.split(" ", 1)[0] ?? "?";

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** A process id and the start time of the process, because process ids are reused: "4711 886733". */
const identity = (pid) => `${pid} ${beginning(pid) ?? "ended"}`;

function isAlive(line) {
  const [pid, ...rest] = line.split(" ");
  return Number(pid) > 0 && beginning(Number(pid)) === rest.join(" ");
}

function beginning(pid) {
  if (process.platform === "linux" && read("/proc/self/stat")) {
    // The fields after the command name (which may contain any character): state, …, with the start time as the twentieth.
    const fields = read(`/proc/${pid}/stat`)
      ?.replace(/^.*\) /s, "")
      .split(" ");
    return fields && !["Z", "X"].includes(fields[0]) ? fields[19] : undefined;
  }
  if (process.platform === "win32" || process.platform === "linux") return exists(pid) ? "running" : undefined;
  return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() || undefined;
}

function exists(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
