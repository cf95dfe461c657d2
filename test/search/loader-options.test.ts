import { expect, test } from "vitest";
import { loaderOptions } from "../../src/search/run-in-processes";

test.each<[given: string[], kept: string[]]>([
  [[], []],
  [
    ["--require", "preflight.cjs", "--import", "file:///loader.mjs"],
    ["--require", "preflight.cjs", "--import", "file:///loader.mjs"],
  ],
  [
    ["--import=tsx", "--inspect=9229", "--experimental-strip-types"],
    ["--import=tsx", "--experimental-strip-types"],
  ],
  [
    ["-e", "console.log(1)", "-r", "a.cjs", "--max-old-space-size=9"],
    ["-r", "a.cjs"],
  ],
  [["--input-type=module", "--inspect-brk"], []],
])("of Node's options %j, the processes of trials get %j", (given, kept) => {
  expect(loaderOptions(given)).toEqual(kept);
});
