import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  anywidget,
  button,
  type Control,
  hbox,
  htmlWidget,
  imageWidget,
  intSlider,
  label,
  options,
  plane,
  play,
  rangeSlider,
  slider,
  text,
  toggle,
  vbox,
} from "../../src/index";
import { openedState, openPage, type Page, shown } from "./page";

let page: Page;
beforeEach(() => {
  page = openPage();
});
afterEach(() => page.close());

const viewType = "application/vnd.jupyter.widget-view+json";

interface Row {
  // biome-ignore lint/suspicious/noExplicitAny: controls of all types
  make: () => Control<any>;
  classes: string;
  first: unknown;
  /** What a reader's move sends, and the value that it means. */
  moved: Record<string, unknown>;
  becomes: unknown;
  /** What the page must not send. */
  broken: Record<string, unknown>;
  /** A value that the program must not assign. */
  wrong: unknown;
}

const rows: Record<string, Row> = {
  "slider()": {
    make: () => slider(-3, 3),
    classes: "FloatSlider",
    first: 0,
    moved: { value: 1.5 },
    becomes: 1.5,
    broken: { value: Number.NaN },
    wrong: 4,
  },
  "intSlider()": {
    make: () => intSlider(1, 10, { value: 2 }),
    classes: "IntSlider",
    first: 2,
    moved: { value: 7 },
    becomes: 7,
    broken: { value: "7" },
    wrong: 0,
  },
  "rangeSlider()": {
    make: () => rangeSlider(0, 1),
    classes: "FloatRangeSlider",
    first: [0, 1],
    moved: { value: [0.2, 0.4] },
    becomes: [0.2, 0.4],
    broken: { value: [0.4, 0.2] },
    wrong: [0.4, 0.2],
  },
  "options() of numbers": {
    make: () => options(0, 9),
    classes: "Dropdown",
    first: 0,
    moved: { index: 7 },
    becomes: 7,
    broken: { index: 10 },
    wrong: 10,
  },
  "options() of a list": {
    make: () => options(["ELBO", "IWAE"], { value: "IWAE" }),
    classes: "Dropdown",
    first: "IWAE",
    moved: { index: 0 },
    becomes: "ELBO",
    broken: { index: -1 },
    wrong: "DReG",
  },
  "toggle()": {
    make: () => toggle(),
    classes: "Checkbox",
    first: false,
    moved: { value: true },
    becomes: true,
    broken: { value: 1 },
    wrong: "yes",
  },
  "text()": {
    make: () => text({ value: "a heart" }),
    classes: "Text",
    first: "a heart",
    moved: { value: "a square" },
    becomes: "a square",
    broken: { value: null },
    wrong: 5,
  },
  "play()": {
    make: () => play(0, 20),
    classes: "Play",
    first: 0,
    moved: { value: 5, playing: true },
    becomes: 5,
    broken: { value: 21 },
    wrong: -1,
  },
};

describe.each(Object.entries(rows))("%s", (_, { make, classes, first, moved, becomes, broken, wrong }) => {
  test("opens with the classes of the page's package, and its first value", async () => {
    const control = make();
    expect(control.value).toEqual(first);
    const { data } = await shown(control);
    expect(Object.keys(data)).toEqual([viewType, "text/plain"]);
    expect(openedState(page, control)).toMatchObject({
      _model_module: "@jupyter-widgets/controls",
      _model_module_version: "2.0.0",
      _model_name: `${classes}Model`,
      _view_name: `${classes}View`,
    });
  });

  test("takes the value that the reader moves it to, and says so", async () => {
    const control = make();
    const heard: unknown[] = [];
    const stop = control.onChange((value) => heard.push(value));
    await page.change(control, moved);
    expect(control.value).toEqual(becomes);
    expect(heard).toEqual([becomes]);
    stop();
    await page.change(control, moved);
    expect(heard).toEqual([becomes]);
  });

  test("refuses a value that it cannot have, from the page and from the program", () => {
    const control = make();
    expect(() => page.send(control, { data: { method: "update", state: broken }, buffers: [] })).toThrow("cannot have");
    expect(() => {
      control.value = wrong;
    }).toThrow(/value must be .*, but got/);
    expect(control.value).toEqual(first);
  });

  test("passes an assigned value to the page", () => {
    const control = make();
    const comm = page.comm(control);
    control.value = becomes;
    expect(control.value).toEqual(becomes);
    expect(comm.sent).toHaveLength(1);
    expect(comm.sent[0]!.data).toMatchObject({ method: "update", buffer_paths: [] });
  });

  test("is a line of text in a terminal", async () => {
    page.close();
    const control = make();
    expect(inspect(control)).toContain(inspect(first));
    expect(await shown(control)).toEqual({ data: { "text/plain": inspect(control) } });
  });
});

describe("a control", () => {
  test("starts in the middle of its range, on a round step", () => {
    expect([slider(0, 1).value, slider(-1, 2).value, intSlider(1, 10).value]).toEqual([0.5, 0.5, 5]);
    const step = (min: number, max: number) => openedState(page, slider(min, max)).step;
    expect([step(0, 1), step(-3, 3), step(0, 1000), step(0, 0.003)]).toEqual([0.01, 0.05, 10, 0.00002]);
  });

  test("has a label, and shows as many decimals as its step has", () => {
    const state = openedState(page, slider(0, 1, { label: "β", step: 0.125 }));
    expect(state).toMatchObject({ description: "β", readout_format: ".1f", step: 0.125 });
  });

  test("shows a long label in full", () => {
    const control = slider(0, 1, { label: "dropout of the encoder" });
    expect(openedState(page, control).style).toBe(`IPY_MODEL_${page.comms[0]!.id}`);
    expect(page.comms[0]!.message.data.state).toMatchObject({
      _model_name: "DescriptionStyleModel",
      description_width: "initial",
    });
    control.close();
    expect(page.comms).toEqual([]);
  });

  test("an error in a callback goes to the output of its cell", async () => {
    const control = toggle();
    control.onChange(async () => {
      throw new RangeError("no");
    });
    await page.change(control, { value: true });
    expect(page.failures).toEqual([new RangeError("no")]);
  });

  test("closed, it can be shown again", async () => {
    const control = slider(0, 1);
    const first = (await shown(control)).data[viewType];
    control.close();
    expect(page.comms).toEqual([]);
    control.value = 0.25;
    expect((await shown(control)).data[viewType]).not.toEqual(first);
    expect(openedState(page, control).value).toBe(0.25);
  });
});

describe("button()", () => {
  test("counts clicks", async () => {
    const control = button("Draw again");
    const heard: number[] = [];
    control.onChange((clicks) => heard.push(clicks));
    for (const content of [{ event: "click" }, { event: "other" }, null, { event: "click" }]) {
      await page.send(control, { data: { method: "custom", content }, buffers: [] });
    }
    expect(heard).toEqual([1, 2]);
    expect(openedState(page, control).description).toBe("Draw again");
  });
});

describe("plane()", () => {
  test("draws points with their classes, and takes a point", async () => {
    const points = [
      [0, 0.5],
      [1, -1],
      [2, 2],
    ];
    const control = plane([-3, 3], [-2, 2], { points, labels: [9, 0, 9] });
    const comm = page.comm(control);
    expect(comm.message.data).toMatchObject({
      state: { value: [0, 0], low: [-3, -2], high: [3, 2], classes: [1, 0, 1], names: ["0", "9"] },
      buffer_paths: [["dots"]],
    });
    const bytes = comm.message.buffers[0]!;
    expect([...new Float32Array(bytes.buffer, bytes.byteOffset, 6)]).toEqual([0, 0.5, 1, -1, 2, 2]);
    await page.change(control, { value: [1.5, -0.5] });
    expect(control.value).toEqual([1.5, -0.5]);
    await expect(page.change(control, { value: [1, 9] })).rejects.toThrow("AnyModel cannot have value = [1,9]");
  });
});

describe("label(), htmlWidget(), imageWidget()", () => {
  test("show a value that the program changes", () => {
    const [line, markup] = [label("waiting"), htmlWidget("<b>1</b>")];
    const picture = imageWidget(new Uint8Array([1, 2]), { alt: "two bytes", width: 40 });
    for (const widget of [line, markup, picture]) page.comm(widget);
    line.value = "done";
    markup.value = "<b>2</b>";
    picture.value = new Uint8Array([3]);
    expect(page.comm(line).sent[0]!.data.state).toEqual({ value: "done" });
    expect(page.comm(markup).sent[0]!.data.state).toEqual({ value: "<b>2</b>" });
    expect(page.comm(picture).sent[0]).toEqual({
      data: { method: "update", state: { value: null }, buffer_paths: [["value"]] },
      buffers: [new Uint8Array([3])],
    });
    expect(openedState(page, picture)).toMatchObject({ format: "png", width: "40", height: "", tooltip: "two bytes" });
    expect(inspect(picture)).toBe("two bytes");
  });
});

describe("hbox(), vbox()", () => {
  test("open their children first", () => {
    const [one, two] = [slider(0, 1), label("text")];
    const box = vbox([one, hbox([two])]);
    const children = openedState(page, box).children;
    expect(page.comms.map(({ message }) => (message.data.state as { _model_name: string })._model_name)).toEqual([
      "FloatSliderModel",
      "LabelModel",
      "HBoxModel",
      "VBoxModel",
    ]);
    expect(children).toEqual([page.comms[0], page.comms[2]].map((comm) => `IPY_MODEL_${comm!.id}`));
  });
});

describe("anywidget()", () => {
  const esm = "export default { render() {} }";

  test("has a state in both directions, and messages with bytes", async () => {
    const widget = anywidget({ esm, css: "b {}", state: { count: 0, list: [1] } });
    const heard: unknown[] = [];
    widget.onChange((state) => heard.push(state));
    widget.onMessage((content, buffers) => heard.push(content, buffers));
    expect(openedState(page, widget)).toMatchObject({ _model_module: "anywidget", _esm: esm, _css: "b {}", count: 0 });
    await page.change(widget, { count: 2 });
    widget.set({ list: [2] });
    expect(widget.value).toEqual({ count: 2, list: [2] });
    const buffers = [new Uint8Array([7])];
    await page.send(widget, { data: { method: "custom", content: "hello" }, buffers });
    expect(heard).toEqual([{ count: 2, list: [1] }, "hello", buffers]);
    widget.send({ answer: 1 }, buffers);
    expect(page.comm(widget).sent.at(-1)).toEqual({ data: { method: "custom", content: { answer: 1 } }, buffers });
  });

  test("an error in a message's callback goes to the output of its cell", async () => {
    const widget = anywidget({ esm });
    widget.onMessage(() => {
      throw new TypeError("no");
    });
    await page.send(widget, { data: { method: "custom", content: 1 }, buffers: [] });
    expect(page.failures).toEqual([new TypeError("no")]);
  });
});

test.each<[string, () => unknown, string]>([
  ["slider", () => slider(3, -3), "slider(): max must be a finite number above min = 3, but got -3"],
  ["slider", () => slider(Number.NaN, 1), "slider(): min must be a finite number, but got NaN"],
  ["slider", () => slider(0, 1, { value: 2 }), "slider(): value must be a number in [0, 1], but got 2"],
  ["slider", () => slider(0, 1, { stp: 2 } as never), 'there is no option "stp". Did you mean "step"?'],
  ["intSlider", () => intSlider(0.5, 3), "intSlider(): min must be a whole number, but got 0.5. Or use slider()."],
  ["rangeSlider", () => rangeSlider(0, 1, { value: [1, 0] }), "two numbers in [0, 1], the lower one first"],
  ["options", () => options([]), "options(): choices must be a list with at least one choice"],
  ["options", () => options(9, 0), "options(): the last choice must be a whole number of at least 9"],
  ["options", () => options([{}, {}]), 'Two choices are called "[object Object]": set the option texts.'],
  ["options", () => options(["a"], { value: "b" as never }), "options(): value must be one of the choices a"],
  ["options", () => options("a" as never), "options(): the first argument must be a list of choices"],
  ["toggle", () => toggle({ value: 1 as never }), "toggle(): value must be true or false, but got 1"],
  ["button", () => button(""), "button(): label must be a text that is not empty"],
  ["play", () => play(0, 1.5), "play(): max must be a whole number, but got 1.5"],
  ["plane", () => plane([1, 0], [0, 1]), "plane(): x must be two finite numbers, the lower one first"],
  ["plane", () => plane([0, 1], [0, 1], { value: [2, 0] }), "a point [x, y] with x in [0,1] and y in [0,1]"],
  [
    "imageWidget",
    () => imageWidget("a" as never, { alt: "b" }),
    "imageWidget(): value must be the bytes of a picture (a Uint8Array)",
  ],
  [
    "imageWidget",
    () => imageWidget(new Uint8Array(), {} as never),
    "imageWidget(): alt must be a text that is not empty",
  ],
  ["hbox", () => hbox([1 as never]), "hbox(): children[0] must be a widget, such as slider(0, 1), but got 1"],
  ["anywidget", () => anywidget({} as never), "anywidget(): esm must be a text that is not empty"],
  ["anywidget", () => anywidget({ esm: "x", state: [] }), "anywidget(): state must be an object with values by name"],
  ["anywidget", () => anywidget({ esm: "x", state: { a: 1 } }).set({ b: 1 } as never), 'there is no option "b"'],
])("%s refuses what it cannot use: %#", (_, call, message) => {
  expect(call).toThrow(message);
});
