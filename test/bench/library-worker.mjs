// The library's row in plain Node: one JSON command per line on stdin, one JSON answer per line on stdout.
import { createInterface } from "node:readline";
import { answer } from "./library-row.mjs";

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${await answer(line)}\n`);
