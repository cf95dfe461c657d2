import { afterEach, describe, expect, test, vi } from "vitest";
import { display } from "../../src/display/display";
import { frontEndSymbol } from "../../src/display/front-end";
import { html } from "../../src/display/html";
import { image } from "../../src/display/image";
import { latex } from "../../src/display/latex";
import { displaySymbol } from "../../src/display/mime-bundle";

const place = globalThis as { [frontEndSymbol]?: unknown };
afterEach(() => {
  delete place[frontEndSymbol];
  vi.restoreAllMocks();
});

describe("display()", () => {
  test("passes the value, its id and updates to the front end", () => {
    const show = vi.fn();
    place[frontEndSymbol] = { show };
    const handle = display([1], { id: "a" });
    handle.update([2]);
    expect(show.mock.calls).toEqual([
      [[1], { id: "a", update: false }],
      [[2], { id: "a", update: true }],
    ]);
    expect(display(1).id).not.toBe(display(1).id);
  });

  test("prints the value in a terminal: its text, if it shows itself", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    display({ n: 1 });
    display(html("<b>x</b>")).update(5);
    expect(log.mock.calls).toEqual([[{ n: 1 }], ["<b>x</b>"], [5]]);
  });
});

describe("makers", () => {
  test("keep their source", () => {
    expect(String(html("<b>x</b>"))).toBe("<b>x</b>");
    expect(html("a").source).toBe("a");
  });

  test.each([
    ["x", "$$x$$"],
    ["$x$", "$x$"],
    ["\\begin{align} x \\end{align}", "\\begin{align} x \\end{align}"],
    [" \\[x\\] ", "\\[x\\]"],
  ])("latex(%j) is %j", (source, shown) => expect(latex(source).source).toBe(shown));

  test.each([
    ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0]],
    ["image/gif", [...Buffer.from("GIF89a")]],
    ["image/webp", [...Buffer.from("RIFF\x10\x20\x30\x40WEBP", "latin1")]],
    ["image/svg+xml", [...Buffer.from('<?xml version="1.0"?>\n<svg width="1"/>')]],
  ])("image() recognizes %s", async (type, bytes) => {
    const { data } = await image(Uint8Array.from(bytes))[displaySymbol]();
    expect(Object.keys(data)).toEqual([type, "text/plain"]);
  });

  test.each([[[]], [[1, 2]], [[...Buffer.from("<html><svg/></html>")]]])("image() refuses the bytes %j", (bytes) => {
    expect(() => image(Uint8Array.from(bytes))).toThrow(/source must be a PNG, JPEG, GIF, WebP or SVG file, but got/);
  });
});
