import fs from "node:fs";
import path from "node:path";
import { stateFolder } from "./paths.mjs";
import { say } from "./say.mjs";

const file = path.join(stateFolder, "lock");

/** Runs `work` while no other set-up works in this checkout; one left by a process that died does not count. */
export async function withLock(work) {
  fs.mkdirSync(stateFolder, { recursive: true });
  for (let told = false; !take(); told = true) {
    if (!told) say(`waiting for another set-up of this folder (process ${holder()}) to end`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function take() {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (isAlive(holder())) return false;
    fs.rmSync(file, { force: true });
    return take();
  }
}

const holder = () => Number(fs.readFileSync(file, { encoding: "utf8", flag: "a+" }));

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
