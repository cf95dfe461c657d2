import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { barChart, button, interact, options, slider, toggle } from "../../src/index";
import type { WidgetState } from "../../src/widgets/parts/widget-state";
import { openedState, openPage, type Page, shown } from "./page";

let page: Page;
beforeEach(() => {
  page = openPage();
});
afterEach(() => page.close());

const viewType = "application/vnd.jupyter.widget-view+json";
const chart = (value: number) =>
  barChart([{ label: "a", value }], { title: `bar of ${value}`, xTitle: "x", yTitle: "y" });

/** Everything that the page's widgets of one class show now. */
function present(name: string): WidgetState[] {
  return page.comms
    .map(({ message, sent }) => Object.assign({}, ...[message, ...sent].map(({ data }) => data.state)) as WidgetState)
    .filter((state) => state._model_name === `${name}Model`);
}
const texts = () => present("HTML").map(({ value }) => value);

describe("interact()", () => {
  test("passes typed values by name, and labels the controls by their names", async () => {
    const z = slider(-3, 3, { label: "z₁" });
    const given: { z1: number; digit: number; name: "a" | "b"; log: boolean }[] = [];
    const widget = interact(
      { z1: z, digit: options(0, 9), name: options(["a", "b"]), log: toggle() },
      (values) => void given.push(values),
    );
    await shown(widget);
    expect(given).toEqual([{ z1: 0, digit: 0, name: "a", log: false }]);
    expect(widget.values).toEqual(given[0]);
    expect(openedState(page, z).description).toBe("z₁");
    expect(present("Dropdown").map(({ description }) => description)).toEqual(["digit", "name"]);
  });

  test("shows a figure as a picture, and leaves it in the notebook with its alt text", async () => {
    const { data, metadata } = await shown(interact({ k: slider(0, 10) }, ({ k }) => chart(k)));
    expect(Object.keys(data)).toEqual([viewType, "image/png", "text/plain"]);
    expect(data["text/plain"]).toContain("bar of 5");
    expect(metadata).toMatchObject({ "image/png": { alt: data["text/plain"] } });
    const { width, height } = (metadata as { "image/png": { width: number; height: number } })["image/png"];
    expect(present("Image")[0]).toMatchObject({
      tooltip: data["text/plain"],
      format: "svg+xml",
      width: String(width),
      height: String(height),
    });
  });

  test("replaces a result in place, and one of another kind too", async () => {
    const k = slider(0, 10);
    await shown(interact({ k }, ({ k }) => (k < 5 ? `k = ${k}` : chart(k))));
    const opened = page.comms.length;
    await page.change(k, { value: 6 });
    expect(page.comms.length).toBe(opened);
    await page.change(k, { value: 1 });
    expect(texts()[0]).toContain("k = 1");
    await page.change(k, { value: 2 });
    expect(texts()[0]).toContain("k = 2");
  });

  test("shows an error in place, below the last result, and recovers", async () => {
    const k = slider(0, 10, { value: 1 });
    await shown(
      interact({ k }, ({ k }) => {
        if (k > 5) throw new RangeError("too <high>");
        return `k = ${k}`;
      }),
    );
    const children = () => present("VBox").map(({ children }) => (children as string[]).length);
    expect(children()).toEqual([1, 2]);
    await page.change(k, { value: 9 });
    expect(texts().join()).toContain("RangeError: too &lt;high&gt;");
    expect(children()).toEqual([2, 2]);
    expect(page.failures).toEqual([]);
    await page.change(k, { value: 2 });
    expect(children()).toEqual([1, 2]);
  });

  test("an error of the first result also fails the cell", async () => {
    const error = new RangeError("from the start");
    const { data } = await shown(
      interact({ k: slider(0, 1) }, () => {
        throw error;
      }),
    );
    expect(page.failures).toEqual([error]);
    expect(data).toMatchObject({ "text/plain": "RangeError: from the start" });
  });

  test("runs one at a time, and skips what is no longer the newest", async () => {
    const k = slider(0, 10, { value: 0 });
    const begun: number[] = [];
    const finish: (() => void)[] = [];
    await shown(
      interact({ k }, async ({ k }) => {
        begun.push(k);
        if (k > 0) await new Promise<void>((resolve) => finish.push(resolve));
        return `k = ${k}`;
      }),
    );
    const work = page.change(k, { value: 1 });
    while (begun.length < 2) await new Promise((resolve) => setImmediate(resolve));
    for (const value of [2, 3, 4]) void page.change(k, { value });
    finish[0]!();
    while (begun.length < 3) await new Promise((resolve) => setImmediate(resolve));
    finish[1]!();
    await work;
    expect(begun).toEqual([0, 1, 4]);
    expect(texts()[0]).toContain("k = 4");
  });

  test("an interrupt ends the wait for a result, whose late arrival changes nothing", async () => {
    const k = slider(0, 10, { value: 0 });
    let finish = (): void => undefined;
    await shown(
      interact({ k }, ({ k }) =>
        k === 1
          ? new Promise<string>((resolve) => {
              finish = () => resolve("late");
            })
          : `k = ${k}`,
      ),
    );
    const interrupt = new AbortController();
    const update = { data: { method: "update", state: { value: 1 } }, buffers: [] };
    const work = page.send(k, update, interrupt.signal);
    await new Promise((resolve) => setImmediate(resolve));
    interrupt.abort(new Error("stopped"));
    await work;
    expect(texts().join()).toContain("Error: stopped");
    await page.change(k, { value: 2 });
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(texts()[0]).toContain("k = 2");
  });

  test("in a terminal, it is its controls, and its output the still picture", async () => {
    page.close();
    const widget = interact({ k: slider(0, 10), again: button("Again") }, ({ k }) => chart(k));
    expect(inspect(widget)).toBe('interact({ k: slider(0, 10): 5, again: button("Again"): 0 })');
    expect(Object.keys((await shown(widget)).data)).toEqual(["image/png", "text/plain"]);
    const failing = interact({ k: slider(0, 10) }, () => {
      throw new Error("no");
    });
    await expect(shown(failing)).rejects.toThrow("no");
  });

  test("hears its controls only while it is shown, since they may outlive its cell", async () => {
    const k = slider(0, 10, { value: 0 });
    const given: string[] = [];
    const first = interact({ k }, ({ k }) => void given.push(`first ${k}`));
    await shown(first);
    await shown(first);
    first.close();
    await shown(interact({ k }, ({ k }) => void given.push(`second ${k}`)));
    await page.change(k, { value: 1 });
    expect(given).toEqual(["first 0", "first 0", "second 0", "second 1"]);
  });

  test("takes all of it away when it is closed", async () => {
    const widget = interact({ k: slider(0, 10) }, String);
    await shown(widget);
    widget.close();
    expect(present("VBox")).toEqual([]);
    expect(present("FloatSlider")).toEqual([]);
  });

  test.each<[() => unknown, string]>([
    [() => interact({}, String), "interact(): controls must be an object with controls by name"],
    [() => interact({ z: 5 as never }, String), "interact(): controls.z must be a control, such as slider(-3, 3)"],
    [() => interact({ z: toggle() }, 5 as never), "interact(): callback must be a function, but got 5"],
    [() => interact({ z: toggle() }, String, { result: "left" as never }), 'result must be "below" or "right"'],
    [() => interact({ z: toggle() }, String, { reslt: "below" } as never), 'Did you mean "result"?'],
  ])("refuses what it cannot use: %#", (call, message) => {
    expect(call).toThrow(message);
  });
});
