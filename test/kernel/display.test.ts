import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { outcome, run, startTestKernel, until } from "./test-kernel";

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
});
afterAll(() => kernel.kill());

describe("display()", () => {
  it("shows a value as the last expression of a cell is shown, in the order of the output", async () => {
    const { outputs, error } = await cell(
      `console.log("a"); display([{ n: 1 }]); console.log("b"); display("text"); [{ n: 1 }]`,
    );
    expect(error).toBeUndefined();
    expect(outputs.map(({ type }) => type)).toEqual([
      "stream",
      "display_data",
      "stream",
      "display_data",
      "execute_result",
    ]);
    expect(outputs[1]?.content.data).toEqual(outputs[4]?.content.data);
    expect(outputs[3]?.content.data).toEqual({ "text/plain": "'text'" });
  });

  it("returns a handle that updates the output, also in a later cell", async () => {
    const first = await cell(`const handle = display("one", { id: "handle" }); handle.id`);
    expect(first.text).toBe("'handle'");
    expect(first.outputs[0]?.content.transient).toEqual({ display_id: "handle" });
    const { outputs } = await cell(`handle.update(html("<b>two</b>"));`);
    expect(outputs).toEqual([
      {
        type: "update_display_data",
        content: {
          data: { "text/html": "<b>two</b>", "text/plain": "<b>two</b>" },
          metadata: {},
          transient: { display_id: "handle" },
        },
      },
    ]);
    const ids = (await cell(`[display(1).id !== display(2).id]`)).text;
    expect(ids).toBe("[ true ]");
  });

  it("awaits a value that takes its time to show itself", async () => {
    const { outputs } = await cell(
      `display({ [Symbol.for("Jupyter.display")]: () => new Promise((r) => setTimeout(r, 50, { "text/plain": "late" })) });`,
    );
    expect(outputs.map(({ content }) => content.data)).toEqual([{ "text/plain": "late" }]);
  });

  it("a value that never shows itself is interrupted", async () => {
    let started = false;
    const running = kernel.execute(
      `console.log("started"); display({ [Symbol.for("Jupyter.display")]: () => new Promise(() => {}) });`,
      {
        onMessage: ({ header }) => {
          started ||= header.msg_type === "stream";
        },
      },
    );
    await until(() => started, "the cell starts");
    await kernel.request("interrupt_request", {}, { channel: "control" });
    const { reply, messages } = await running.done;
    expect(outcome(reply, messages).outputs.filter(({ type }) => type === "display_data")).toEqual([]);
    expect((await cell(`1 + 1`)).text).toBe("2");
  });

  it("a value that fails to show itself is printed, with the reason", async () => {
    const { status, stderr, outputs } = await cell(
      `display({ [Symbol.for("Jupyter.display")]() { throw new Error("cannot draw") } });`,
    );
    expect(status).toBe("ok");
    expect(stderr).toMatch(/cannot draw/);
    expect(outputs.at(-1)?.type).toBe("display_data");
  });

  it("tslab's own display is still there to import, and a cell may use its name", async () => {
    const { outputs, error } = await cell(`import { display } from "tslab"; display.html("<i>x</i>");`);
    expect(error).toBeUndefined();
    expect(outputs[0]?.content.data).toEqual({ "text/html": "<i>x</i>" });
    expect((await cell(`const html = 3, image = 4; html + image`)).text).toBe("7");
  });

  it("the library exports the same functions", async () => {
    const { outputs, error } = await cell(
      `import * as lab from "elbo-lab"; lab.display(lab.markdown("*m*")); lab.display === (globalThis as any).display`,
    );
    expect(error).toBeUndefined();
    expect(outputs[0]?.content.data).toEqual({ "text/markdown": "*m*", "text/plain": "*m*" });
  });
});

describe("makers", () => {
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const folder = mkdtempSync(join(tmpdir(), "elbo-lab-display-"));
  const file = join(folder, "pixel.png");
  writeFileSync(file, Buffer.from(png, "base64"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    [`globalThis.html("<b>x</b>")`, { "text/html": "<b>x</b>" }],
    [`markdown("**x**")`, { "text/markdown": "**x**" }],
    [`svg("<svg></svg>")`, { "image/svg+xml": "<svg></svg>" }],
    [`latex("x^2")`, { "text/latex": "$$x^2$$" }],
    [`latex("$x$")`, { "text/latex": "$x$" }],
  ])("%s", async (code, data) => {
    const result = await cell(code.replace("globalThis.html", "(globalThis as any).html"));
    expect(result.error).toBeUndefined();
    expect(result.data).toMatchObject(data);
  });

  it.each([
    ["bytes", `(globalThis as any).image(Buffer.from("${png}", "base64"), { alt: "a pixel", width: 50 })`],
    ["a path", `(globalThis as any).image(${JSON.stringify(file)}, { alt: "a pixel", width: 50 })`],
  ])("image() of %s, with its alternative text and size", async (_, code) => {
    const { outputs } = await cell(code);
    expect(outputs[0]?.content).toMatchObject({
      data: { "image/png": png, "text/plain": "a pixel" },
      metadata: { "image/png": { alt: "a pixel", width: 50 } },
    });
  });

  it.each([
    [`new Uint8Array([1, 2, 3])`, /^ArgumentError: image\(\): source must be a PNG, JPEG, GIF, WebP or SVG file/],
    [`5`, /^ArgumentError: image\(\): source must be the bytes of a picture, or the path of a file, but got 5/],
    [`"/no/such.png"`, /ENOENT/],
  ])("image(%s) says what is accepted", async (source, message) => {
    expect((await cell(`(globalThis as any).image(${source})`)).error).toMatch(message);
  });
});

describe("arrays of records", () => {
  it("are tables", async () => {
    const { data } = await cell(`[{ name: "a", n: 1.23456789 }, { name: "<b>", n: null, more: { deep: [1] } }]`);
    expect(data["text/plain"]).toBe(
      "2 rows × 3 columns\nname  n       more\na     1.2346\n<b>   null    { deep: [Array] }",
    );
    expect(data["text/html"]).toMatch(/<th>name<\/th>[\s\S]*<td>&lt;b&gt;<\/td>/);
  });

  it("say how many rows and columns are left out", async () => {
    const { data } = await cell(
      `Array.from({ length: 5000 }, (_, i) => Object.fromEntries(Array.from({ length: 25 }, (_, c) => ["c" + c, i])))`,
    );
    expect(data["text/plain"]).toMatch(
      /^5,000 rows × 25 columns, 4,988 rows in the middle left out, 5 columns at the end left out\n/,
    );
    expect((data["text/html"] as string).match(/<tr>/g)).toHaveLength(14);
  });

  it.each([
    [`[1, 2]`, "[ 1, 2 ]"],
    [`[]`, "[]"],
    [`[{}]`, "[ {} ]"],
    [`[new Date(0)]`, "[ 1970-01-01T00:00:00.000Z ]"],
    [`[{ a: 1 }, 2]`, "[ { a: 1 }, 2 ]"],
  ])("but %s is printed", async (code, text) => {
    expect((await cell(code)).data).toEqual({ "text/plain": text });
  });
});

describe("long outputs", () => {
  it("of a loop: the beginning, a sentence, and the end", async () => {
    const { stdout } = await cell(`for (let i = 0; i < 500_000; i++) console.log("line " + i)`);
    expect(stdout.startsWith("line 0\nline 1\n")).toBe(true);
    expect(stdout).toMatch(/This cell has printed 1,000,000 characters\. The end of its text follows/);
    expect(stdout).toMatch(/… [\d,]+ characters are left out here …/);
    expect(stdout.endsWith("line 499998\nline 499999\n")).toBe(true);
    expect(stdout.length).toBeLessThan(1_101_000);
  });

  it("keep errors that are printed last", async () => {
    const { stderr, stdout } = await cell(`console.log("x".repeat(3_000_000)); console.error("the reason")`);
    expect(stderr).toBe("the reason\n");
    expect(stdout.length).toBeLessThan(1_101_000);
  });

  it("begin anew after the output is cleared", async () => {
    const { stdout } = await cell(
      `for (let i = 0; i < 4; i++) { clearOutput(); console.log("x".repeat(900_000)); } console.log("end")`,
    );
    expect(stdout).not.toMatch(/left out/);
    expect(stdout.endsWith("x\nend\n")).toBe(true);
  });

  it("of a value: the beginning, a sentence, and the end", async () => {
    const text = (await cell(`"a" + "b".repeat(50_000_000) + "c"`)).text as string;
    expect(text).toMatch(/^'ab{9998}\n… 49,980,004 characters are left out here …\nb+c'$/);
  });
});

describe("console.clear()", () => {
  it("clears the output of the cell", async () => {
    const { outputs, stdout } = await cell(`console.log("before"); console.clear(); console.log("after")`);
    expect(outputs.map(({ type }) => type)).toEqual(["stream", "clear_output", "stream"]);
    expect(stdout).toBe("before\nafter\n");
  });
});

describe("child processes with inherited output", () => {
  const script = `process.argv.length > 0 && console.log("out"); console.error("err")`;
  const args = `process.execPath, ["-e", ${JSON.stringify(script)}]`;
  beforeAll(async () => {
    await cell(`import * as child from "node:child_process"; import { once } from "node:events";`);
  });

  it.each([
    [
      "spawnSync",
      `const r = child.spawnSync(${args}, { stdio: "inherit" }); [r.status, r.stdout, r.stderr]`,
      "[ 0, null, null ]",
    ],
    ["execFileSync", `child.execFileSync(${args}, { stdio: "inherit" })`, undefined],
    ["execSync", `child.execSync("echo out; echo err >&2", { stdio: "inherit" })`, undefined],
    [
      "spawn",
      `const c = child.spawn(${args}, { stdio: "inherit" }); await once(c, "close"); [c.exitCode, c.stdout]`,
      "[ 0, null ]",
    ],
    [
      "spawn with numbers",
      `const d = child.spawn(${args}, { stdio: ["ignore", 1, 2] }); await once(d, "close"); d.exitCode`,
      "0",
    ],
  ])("%s writes into the cell", async (_, code, text) => {
    const result = await cell(code);
    expect(result.error).toBeUndefined();
    expect({ stdout: result.stdout, stderr: result.stderr, text: result.text }).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      text,
    });
  });

  it("only the streams that are inherited", async () => {
    const { stdout, stderr, text } = await cell(
      `String(child.execFileSync(${args}, { stdio: ["ignore", "pipe", "inherit"] }))`,
    );
    expect({ stdout, stderr, text }).toEqual({ stdout: "", stderr: "err\n", text: "'out\\n'" });
  });

  it("a command that fails is an error, after its text", async () => {
    const { stderr, error } = await cell(`child.execSync("echo no >&2; exit 3", { stdio: "inherit" })`);
    expect(stderr).toBe("no\n");
    expect(error).toBe("Error: Command failed: echo no >&2; exit 3");
  });
});
