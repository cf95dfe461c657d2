// The library's row in plain Node: a JSON command a line on stdin, an answer a line on stdout.
import { createInterface } from "node:readline";
import { answer } from "./library-row.mjs";

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${await answer(line)}\n`);
