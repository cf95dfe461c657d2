import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { makeTempProject } from "./temp-project";
import { root, run, startTestKernel } from "./test-kernel";

const project = makeTempProject({
  "helper.ts": "export const help = 1;",
  "data/more.ts": "export const more = 1;",
  "node_modules/a-package/package.json": `{ "name": "a-package", "types": "index.d.ts", "main": "index.js" }`,
  "node_modules/a-package/index.d.ts": "export declare const packed: number;",
  "node_modules/a-package/index.js": "exports.packed = 1;",
  "package.json": `{ "dependencies": { "a-package": "1" } }`,
});
symlinkSync(root, join(project.folder, "node_modules/elbo-lab"));
symlinkSync(join(root, "node_modules/@types"), join(project.folder, "node_modules/@types"));

// Pages of an API reference, for some names of the library, and for one that the notebook has too.
for (const page of [
  "index",
  "functions/vae",
  "functions/slider",
  "interfaces/Vae",
  "classes/History",
  "functions/scale",
])
  project.write(`site/api/${page}.html`, "");

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel(project.folder, { ELBO_LAB_API_REFERENCE: join(project.folder, "site/api") });
});
afterAll(async () => {
  await kernel.kill();
  project.remove();
});

/** Asks at the place of `|`. */
function at(marked: string) {
  const code = marked.replace("|", "");
  return { code, cursor_pos: [...marked.slice(0, marked.indexOf("|"))].length };
}

async function complete(marked: string) {
  const { content } = await kernel.request("complete_request", at(marked));
  const { metadata, ...reply } = content as {
    matches: string[];
    metadata: Record<string, { text: string; type: string }[]>;
  };
  return { ...reply, types: metadata._jupyter_types_experimental ?? [] };
}

async function inspect(marked: string): Promise<{ plain: string; markdown: string } | undefined> {
  const { content } = await kernel.request("inspect_request", { ...at(marked), detail_level: 0 });
  const data = content.data as Record<string, string>;
  return content.found === true
    ? { plain: data["text/plain"] ?? "", markdown: data["text/markdown"] ?? "" }
    : undefined;
}

describe("completion", () => {
  it("of paths, packages and modules of Node in imports", async () => {
    expect((await complete(`import x from "./|"`)).matches).toEqual(expect.arrayContaining(["helper", "data"]));
    expect((await complete(`import x from "./data/|"`)).matches).toEqual(["more"]);
    expect((await complete(`import x from "a-p|"`)).matches).toEqual(["a-package"]);
    expect((await complete(`import x from "node:fs|"`)).matches).toEqual(["node:fs", "node:fs/promises"]);
    expect((await complete(`const x = await import("./he|")`)).matches).toEqual(["helper"]);
  });

  it("of the names that a module exports", async () => {
    expect((await complete(`import { | } from "a-package"`)).matches[0]).toBe("packed");
    expect((await complete(`import { pac| } from "a-package"`)).matches).toEqual(["packed"]);
  });

  it("of string unions, in a declaration, an argument, an option and a comparison", async () => {
    await cell(`type Side = "left" | "right"; function turn(side: Side, options: { on?: "red" | "green" }) { return side; }
      declare const side: Side;`);
    expect((await complete(`const s: Side = "|"`)).matches).toEqual(["left", "right"]);
    expect((await complete(`turn("l|")`)).matches).toEqual(["left"]);
    expect((await complete(`turn("left", { on: "|" })`)).matches).toEqual(["green", "red"]);
    expect((await complete(`side === "|"`)).matches).toEqual(["left", "right"]);
  });

  it("ranks names that begin with the text first, in the order of an editor", async () => {
    await cell(`const valueOne = 1, another_value = 2, VALUE = 3;`);
    const { matches } = await complete("val|");
    expect(matches.slice(0, 2)).toEqual(["valueOne", "VALUE"]);
    expect(matches).toContain("another_value");
    expect((await complete(`turn("left", { | })`)).matches[0]).toBe("on");
  });

  it("offers names of the library, and imports them where a statement begins", async () => {
    const textOf = async (marked: string, name: string) => {
      const { matches, types } = await complete(marked);
      return types[matches.indexOf(name)]?.text;
    };
    expect(await textOf(`betaV|`, "betaVae")).toBe(`import { betaVae } from "elbo-lab";\nbetaVae`);
    expect(await textOf(`const model = betaV|`, "betaVae")).toBe("betaVae");
    expect((await complete(`const o = { a: 1 }; o.betaV|`)).matches).toEqual([]);
    await cell(`import { betaVae } from "elbo-lab"`);
    expect(await textOf(`betaV|`, "betaVae")).toBe("betaVae");
  });

  it("an error for a name of the library says how to import it", async () => {
    const { traceback } = await cell(`const model = vade({ dataShape: [4] })`);
    expect(traceback.join("\n")).toContain(`The library has it: import { vade } from "elbo-lab";`);
    expect((await cell(`noSuchName`)).traceback.join("\n")).not.toContain("The library has it");
  });
});

describe("help", () => {
  it("inside the parentheses of a call: the signature, the active parameter and its documentation", async () => {
    await cell(`/**
      * Scales a number.
      * @param value The number to scale.
      * @param factor How much larger it becomes.
      * @returns The scaled number.
      * @throws RangeError for a factor of zero.
      * @example
      * scale(2, 3);
      */
      function scale(value: number, factor = 2): number { return value * factor; }`);
    const first = await inspect("scale(|)");
    expect(first?.markdown).toMatch(/^\*\*`value: number`\*\* – The number to scale\./);
    const second = await inspect("scale(1, |)");
    expect(second?.markdown).toMatch(/^\*\*`factor\?: number`\*\* – How much larger it becomes\./);
    expect(second?.plain).toContain("scale(value: number, factor?: number): number");
    expect((await inspect("scale(1, 2 + |)"))?.plain).toMatch(/^factor/);
    expect((await inspect("scale(Math.max(|), 2)"))?.plain).toMatch(/^\.\.\.values/);
  });

  it("on a name: its type, its documentation and its tags, as Markdown and as text", async () => {
    for (const marked of ["sc|ale(1)", "scale|(1)", "|scale(1)"]) {
      const found = await inspect(marked);
      expect(found?.markdown, marked).toMatch(
        /^```typescript\nfunction scale\(value: number, factor\?: number\): number\n```/,
      );
      expect(found?.markdown).toContain("*@param* `factor` – How much larger it becomes.");
      expect(found?.markdown).toContain("*@returns* The scaled number.");
      expect(found?.markdown).toContain("*@throws* RangeError for a factor of zero.");
      expect(found?.markdown).toContain("*@example*\n\n```typescript\nscale(2, 3);\n```");
      expect(found?.plain).toContain("@returns The scaled number.");
      expect(found?.plain).not.toContain("```");
    }
  });

  it("counts overloads, and finds nothing where nothing is", async () => {
    await cell(
      `function pick(n: number): number; function pick(s: string): string; function pick(x: any) { return x; }`,
    );
    expect((await inspect(`pick(|)`))?.markdown).toContain("1 of 2 overloads");
    expect(await inspect("1 + |2")).toBeUndefined();
    expect(await inspect("|")).toBeUndefined();
  });

  it("turns links into names and addresses", async () => {
    await cell(`/** Like {@link scale}, see {@link https://example.org the page}. */ const linked = 1;`);
    const found = await inspect("link|ed");
    expect(found?.markdown).toContain("Like `scale`, see [the page](https://example.org).");
  });
});

describe("links to the API reference", () => {
  const serverFile = () => join(dirname(kernel.connectionFile), `jpserver-${process.pid}.json`);
  const isServedFrom = (base_url: unknown) => writeFileSync(serverFile(), JSON.stringify({ base_url, root_dir: root }));
  const linkOf = async (marked: string) =>
    /\[API reference\]\((.*)\)$/.exec((await inspect(marked))?.markdown ?? "")?.[1];
  beforeAll(async () => {
    await cell(`import { History, slider, vae, type Vae } from "elbo-lab"; let model!: Vae;
      function scale(value: number) { return value; }`);
    isServedFrom("/user/me/");
  });

  it("lead from a name of the library, a member and a call to their pages", async () => {
    const pages = "/user/me/static/api";
    expect(await linkOf("va|e({ dataShape: 4 })")).toBe(`${pages}/functions/vae.html`);
    expect(await linkOf("vae({| dataShape: 4 })")).toBe(`${pages}/functions/vae.html`);
    expect(await linkOf("vae(|)")).toBe(`${pages}/functions/vae.html`);
    expect(await linkOf("slider (0, |1)")).toBe(`${pages}/functions/slider.html`);
    expect(await linkOf("let other: Va|e")).toBe(`${pages}/interfaces/Vae.html`);
    expect(await linkOf("new Histor|y()")).toBe(`${pages}/classes/History.html`);
    expect(await linkOf("model.enco|de(x)")).toBe(`${pages}/interfaces/Vae.html#encode`);
    expect(await linkOf("model.encode(|)")).toBe(`${pages}/interfaces/Vae.html#encode`);
    expect((await inspect("va|e"))?.plain).not.toContain("static/api");
  });

  it("are in the kernel's description, for the help menu", async () => {
    const { content } = await kernel.request("kernel_info_request", {});
    expect(content.help_links).toContainEqual({
      text: "elbo-lab API Reference",
      url: "/user/me/static/api/index.html",
    });
  });

  it("are missing without a page, and on names of the notebook and of JavaScript", async () => {
    await cell(`import { betaVae } from "elbo-lab"`);
    for (const marked of ["beta|Vae", "sca|le(1)", "mode|l", "Mat|h.max(1)"]) {
      expect((await inspect(marked))?.plain, marked).not.toBe("");
      expect(await linkOf(marked), marked).toBeUndefined();
    }
  });

  it("are missing without the file of a server, or with another one", async () => {
    for (const base of [undefined, 7, "https://example.org/"]) {
      isServedFrom(base);
      expect(await linkOf("va|e")).toBeUndefined();
    }
    writeFileSync(serverFile(), "{");
    expect(await linkOf("va|e")).toBeUndefined();
    rmSync(serverFile());
    mkdirSync(serverFile());
    expect(await linkOf("va|e")).toBeUndefined();
    rmSync(serverFile(), { recursive: true });
    expect(await linkOf("va|e")).toBeUndefined();
    expect((await inspect("va|e"))?.markdown).toContain("variational autoencoder");
    const { content } = await kernel.request("kernel_info_request", {});
    expect(content.help_links).toEqual([expect.objectContaining({ text: "TypeScript" })]);
  });
});
