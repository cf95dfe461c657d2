import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createMessage, type WireMessage } from "../../src/jupyter/wire-message";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { run, startTestKernel, until } from "./test-kernel";

type State = Record<string, unknown>;
interface Data {
  method: string;
  state: State;
  buffer_paths: (string | number)[][];
  content: unknown;
}

const viewType = "application/vnd.jupyter.widget-view+json";

let kernel: KernelClient;
/** Every iopub message since the test began. */
let heard: WireMessage[] = [];
beforeAll(async () => {
  kernel = await startTestKernel();
  kernel.watch((channel, message) => channel === "iopub" && heard.push(message));
  await run(kernel, `import * as el from "elbo-lab";`);
});
afterEach(() => {
  heard = [];
});
afterAll(() => kernel.kill());

const dataOf = ({ content }: WireMessage) => content.data as Data;
const stateOf = (message: WireMessage) => dataOf(message).state;
const ofType = (type: string) => heard.filter(({ header }) => header.msg_type === type);
const opened = () => ofType("comm_open");
const closed = () => ofType("comm_close").map(({ content }) => content.comm_id);
/** The comm that was opened for a class of models. */
const find = (name: string) => {
  const found = opened().find((message) => stateOf(message)._model_name === name);
  if (found === undefined) throw new Error(`no ${name} was opened`);
  return found;
};
const idOf = (name: string) => String(find(name).content.comm_id);
const messagesTo = (id: string) => ofType("comm_msg").filter(({ content }) => content.comm_id === id);
/** What the page shows of a comm: the opened state and the updates since. */
const present = (id: string) => {
  const open = opened().filter(({ content }) => content.comm_id === id);
  return Object.assign({}, ...[...open, ...messagesTo(id)].map(stateOf)) as State;
};

async function post(type: string, content: State, buffers: Uint8Array[] = [], metadata: State = {}): Promise<string> {
  const message = createMessage(type, content, kernel.session, undefined, { buffers, metadata });
  await kernel.send("shell", message);
  return message.header.msg_id;
}
const send = (id: string, data: object, buffers: Uint8Array[] = []) =>
  post("comm_msg", { comm_id: id, data: data as State }, buffers);
const update = (id: string, state: State, buffer_paths: unknown = [], buffers: Uint8Array[] = []) =>
  send(id, { method: "update", state, buffer_paths }, buffers);
/** Waits until the kernel has answered everything sent so far. */
const answered = () => kernel.request("kernel_info_request");

/** Runs a cell as JupyterLab does, with the cell's id. */
async function runAs(cellId: string, code: string, deletedCells: string[] = []): Promise<void> {
  const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
  const id = await post("execute_request", content, [], { cellId, deletedCells });
  const idle = () =>
    heard.some(({ parent, content: { execution_state } }) => parent.msg_id === id && execution_state === "idle");
  await until(idle, `the cell ${cellId} ends`);
}

describe("a widget", () => {
  it("opens in the page, with the widgets before it that its state names, and shows itself in the cell", async () => {
    const { data } = await run(kernel, `el.vbox([el.slider(-3, 3, { label: "z" }), el.label("text")])`);
    expect(opened().map((message) => stateOf(message)._model_name)).toEqual([
      "FloatSliderModel",
      "LabelModel",
      "VBoxModel",
    ]);
    for (const message of opened()) {
      expect(message.content.target_name).toBe("jupyter.widget");
      expect(message.metadata).toEqual({ version: "2.1.0" });
    }
    expect(stateOf(find("VBoxModel")).children).toEqual([
      `IPY_MODEL_${idOf("FloatSliderModel")}`,
      `IPY_MODEL_${idOf("LabelModel")}`,
    ]);
    expect(data[viewType]).toEqual({ version_major: 2, version_minor: 0, model_id: idOf("VBoxModel") });
    expect(data["text/plain"]).toBe("slider(-3, 3): 0\ntext");
  });

  it("passes changes in both directions", async () => {
    await run(kernel, `const one = el.intSlider(0, 10); one.onChange((value) => console.log("moved to", value)); one`);
    const id = idOf("IntSliderModel");
    await update(id, { value: 7 });
    await until(() => ofType("stream").some(({ content }) => content.text === "moved to 7\n"), "the callback prints");
    expect((await run(kernel, `one.value`)).text).toBe("7");
    await run(kernel, `one.value = 2`);
    expect(present(id).value).toBe(2);
  });

  it("prints into the cell that made it", async () => {
    const execution = kernel.execute(`const two = el.toggle(); two.onChange(() => console.log("ticked")); two`);
    await execution.done;
    await run(kernel, `"another cell"`);
    await update(idOf("CheckboxModel"), { value: true });
    await until(() => ofType("stream").length > 0, "the callback prints");
    expect(ofType("stream").map(({ parent }) => parent.msg_id)).toEqual([execution.requestId]);
  });

  it("is served while a cell runs", async () => {
    await run(kernel, `const heed = el.intSlider(0, 10); heed`);
    const waiting = kernel.execute(
      `while (heed.value !== 9) await new Promise((next) => setTimeout(next, 10)); "seen"`,
    );
    await update(idOf("IntSliderModel"), { value: 9 });
    expect((await waiting.done).reply.content.status).toBe("ok");
  });

  it("sends its whole state when the page asks for it", async () => {
    await run(kernel, `const asked = el.slider(0, 1); asked`);
    await run(kernel, `asked.value = 0.25`);
    const id = idOf("FloatSliderModel");
    await send(id, { method: "request_state" });
    await answered();
    expect(stateOf(messagesTo(id).at(-1)!)).toEqual({ ...stateOf(find("FloatSliderModel")), value: 0.25 });
  });

  it("refuses values that it cannot have, and stays as it was", async () => {
    await run(kernel, `const kept = el.slider(0, 1, { value: 0.5 }); kept`);
    for (const value of ["much", 2, null]) await update(idOf("FloatSliderModel"), { value });
    await answered();
    expect((await run(kernel, `kept.value`)).text).toBe("0.5");
    expect(kernel.process.output()).toContain('FloatSliderModel cannot have value = "much"');
  });
});

describe("binary buffers", () => {
  const esm = `"export default { render() {} }"`;

  it("go out in place of bytes, and come back as bytes", async () => {
    await run(
      kernel,
      `const bytes = el.anywidget({ esm: ${esm}, state: { picture: new Uint8Array([1, 2, 3]), nested: [{ more: new Float32Array([1]) }] } }); bytes`,
    );
    const open = find("AnyModel");
    expect(dataOf(open).buffer_paths).toEqual([["picture"], ["nested", 0, "more"]]);
    expect(open.buffers.map((buffer) => [...buffer])).toEqual([
      [1, 2, 3],
      [0, 0, 128, 63],
    ]);
    expect(stateOf(open)).toMatchObject({ picture: null, nested: [{ more: null }] });
    await update(
      idOf("AnyModel"),
      { nested: [{}, {}] },
      [["picture"], ["nested", 1, "more"]],
      [Buffer.from([9, 8]), Buffer.from([7])],
    );
    await answered();
    const { text } = await run(kernel, `[[...bytes.value.picture], [...(bytes.value.nested as any)[1].more]]`);
    expect(text).toBe("[ [ 9, 8 ], [ 7 ] ]");
  });

  it("go with messages of the widget's own", async () => {
    await run(
      kernel,
      `const echo = el.anywidget({ esm: ${esm} }); echo.onMessage((content, buffers) => echo.send({ got: content }, buffers)); echo`,
    );
    const id = idOf("AnyModel");
    await send(id, { method: "custom", content: "hello" }, [Buffer.from([5, 6])]);
    await until(() => messagesTo(id).length > 0, "the answer");
    const [answer] = messagesTo(id);
    expect(dataOf(answer!)).toEqual({ method: "custom", content: { got: "hello" } });
    expect(answer!.buffers.map((buffer) => [...buffer])).toEqual([[5, 6]]);
  });

  it.each([
    ["fewer than their paths", { state: {}, buffer_paths: [["value"], ["value"]] }, "it has 1 buffers, and 2 paths"],
    ["without paths", { state: {}, buffer_paths: "value" }, "it has 1 buffers, and no paths"],
    ["for a path that leads nowhere", { state: {}, buffer_paths: [["a", "b"]] }, '["a","b"] of a buffer leads nowhere'],
    ["for the prototype", { state: { a: {} }, buffer_paths: [["a", "__proto__"]] }, "leads nowhere"],
    ["without a state", { state: null }, "it has no state"],
  ])("%s are logged and ignored", async (_, message, logged) => {
    await run(kernel, `const stays = el.slider(0, 1, { value: 0.5 }); stays`);
    await send(idOf("FloatSliderModel"), { method: "update", ...message }, [Buffer.from([1])]);
    await answered();
    expect(kernel.process.output()).toContain(logged);
    expect((await run(kernel, `stays.value`)).text).toBe("0.5");
  });
});

describe("comms", () => {
  it("are listed, all or by target", async () => {
    await run(kernel, `el.label("listed")`);
    const id = idOf("LabelModel");
    const list = async (content: State) => (await kernel.request("comm_info_request", content)).content.comms as State;
    expect((await list({}))[id]).toEqual({ target_name: "jupyter.widget" });
    expect((await list({ target_name: "jupyter.widget" }))[id]).toBeDefined();
    expect(await list({ target_name: "another" })).toEqual({});
  });

  it("of a target that nobody knows are closed at once", async () => {
    await post("comm_open", { comm_id: "stranger", target_name: "unknown", data: {} });
    await until(() => closed().includes("stranger"), "comm_close");
    await send("stranger", { method: "update", state: {} }); // is ignored
    await answered();
  });

  it("of the control target answer with all states, and the paths of their buffers", async () => {
    await run(kernel, `const shown = el.imageWidget(new Uint8Array([1, 2]), { alt: "two bytes" }); shown`);
    const id = idOf("ImageModel");
    await post("comm_open", { comm_id: "control", target_name: "jupyter.widget.control", data: {} });
    await send("control", { method: "nonsense" }); // is logged and ignored
    await send("control", { method: "request_states" });
    await until(() => messagesTo("control").length > 0, "the states");
    const [answer] = messagesTo("control");
    const { method, states, buffer_paths } = answer!.content.data as { states: State } & Data;
    expect(method).toBe("update_states");
    expect(states[id]).toMatchObject({
      model_name: "ImageModel",
      model_module: "@jupyter-widgets/controls",
      model_module_version: "2.0.0",
      state: { format: "png", tooltip: "two bytes", value: null },
    });
    const at = buffer_paths.findIndex(([widget]) => widget === id);
    expect(buffer_paths[at]).toEqual([id, "state", "value"]);
    expect([...answer!.buffers[at]!]).toEqual([1, 2]);
    await post("comm_close", { comm_id: "control", data: {} });
  });

  it("that the page closes are forgotten, and open anew when the widget is shown again", async () => {
    await run(kernel, `const again = el.label("again"); again`);
    const first = idOf("LabelModel");
    await post("comm_close", { comm_id: first, data: {} });
    await answered();
    heard = [];
    await run(kernel, `again`);
    expect(idOf("LabelModel")).not.toBe(first);
  });

  it("are freed when their cell runs again or is deleted", async () => {
    const count = async () => Object.keys((await kernel.request("comm_info_request")).content.comms as State).length;
    const before = await count();
    const cell = `el.interact({ z: el.slider(0, 1) }, ({ z }) => String(z))`;
    await runAs("cell-a", cell);
    const each = (await count()) - before;
    expect(each).toBeGreaterThan(2);
    for (let i = 0; i < 5; i++) await runAs("cell-a", cell);
    expect(await count()).toBe(before + each);
    expect(new Set(closed()).size).toBe(5 * each);
    await runAs("cell-b", `1`);
    expect(await count()).toBe(before + each);
    await runAs("cell-b", `2`, ["cell-a"]);
    expect(await count()).toBe(before);
  });
});

describe("interact()", () => {
  const html = () => present(idOf("HTMLModel")).value;
  /** Everything that the result area has shown: text results and remarks are HTML, below each other. */
  const shownText = () =>
    opened()
      .filter((message) => stateOf(message)._model_name === "HTMLModel")
      .map(({ content }) => String(present(String(content.comm_id)).value))
      .join("\n");

  it("shows the result for the first values, as a widget and as a still picture with alt text", async () => {
    const { data, outputs } = await run(
      kernel,
      `el.interact({ height: el.intSlider(1, 9) }, ({ height }) => el.barChart([{ label: "a", value: height }], { xTitle: "x", yTitle: "y", title: "One bar" }))`,
    );
    expect(Object.keys(data).sort()).toEqual([viewType, "image/png", "text/plain"].sort());
    expect(String(data["text/plain"])).toContain("One bar");
    const { metadata } = outputs.find(({ type }) => type === "execute_result")!.content as { metadata: State };
    expect((metadata["image/png"] as State).alt).toContain("One bar");
    const picture = find("ImageModel");
    expect(picture.buffers[0]!.toString()).toMatch(/^<svg .*One bar.*<\/svg>$/s);
    expect(stateOf(picture).tooltip).toContain("One bar");
    expect(stateOf(find("IntSliderModel")).description).toBe("height");
  });

  it("replaces the picture in place when a control moves", async () => {
    await run(
      kernel,
      `el.interact({ height: el.intSlider(1, 9) }, ({ height }) => el.barChart([{ label: "a", value: height }], { xTitle: "x", yTitle: "y" }))`,
    );
    const area = opened().map(({ content }) => String(content.comm_id));
    const picture = idOf("ImageModel");
    await update(idOf("IntSliderModel"), { value: 9 });
    await until(() => messagesTo(picture).length > 0, "a new picture");
    expect(messagesTo(picture)[0]!.buffers[0]!.equals(find("ImageModel").buffers[0]!)).toBe(false);
    // Nothing else in the page changes, so that nothing flickers.
    expect(area.filter((id) => id !== picture).flatMap(messagesTo)).toEqual([]);
  });

  it("shows tensors and tables as a cell does", async () => {
    await run(kernel, `el.interact({ n: el.intSlider(1, 9, { value: 2 }) }, ({ n }) => el.tf.ones([n]))`);
    expect(shownText()).toContain("Tensor [2] float32");
  });

  it("keeps up with 60 moves a second: it computes the newest values only, and the kernel answers meanwhile", async () => {
    await run(
      kernel,
      `let computed = 0;
       el.interact({ k: el.intSlider(0, 1000) }, async ({ k }) => {
         computed++;
         const end = Date.now() + 40;
         while (Date.now() < end); // as long as a picture takes
         return "k = " + k;
       })`,
    );
    const id = idOf("IntSliderModel");
    const moves = 180;
    for (let k = 1; k <= moves; k++) {
      await update(id, { value: k });
      await new Promise((next) => setTimeout(next, 1000 / 60));
      if (k % 60 === 0) await answered();
    }
    await until(() => shownText().includes(`k = ${moves}`), "the result of the last move");
    const computed = Number((await run(kernel, `computed`)).text);
    expect(computed).toBeLessThan(moves);
    expect(computed).toBeGreaterThan(2);
  });

  it("skips the values that arrive while it computes", async () => {
    await run(
      kernel,
      `let release: () => void = () => undefined; const asked: number[] = [];
       el.interact({ k: el.intSlider(0, 100, { value: 0 }) }, ({ k }) => {
         asked.push(k);
         return k === 1 ? new Promise<string>((resolve) => { release = () => resolve("one"); }) : "k = " + k;
       })`,
    );
    const id = idOf("IntSliderModel");
    for (const value of [1, 2, 3, 4]) {
      await update(id, { value });
      await answered();
    }
    await run(kernel, `release()`);
    await until(() => shownText().includes("k = 4"), "the newest result");
    expect((await run(kernel, `asked`)).text).toBe("[ 0, 1, 4 ]");
  });

  it("shows the error of a callback in place, with the line of the cell, and recovers", async () => {
    await run(
      kernel,
      `el.interact({ k: el.intSlider(0, 10, { value: 0 }) }, ({ k }) => {
         if (k === 3) throw new RangeError("three <is> too many");
         return "k = " + k;
       })`,
    );
    const id = idOf("IntSliderModel");
    await update(id, { value: 3 });
    await until(() => shownText().includes("RangeError: three &lt;is&gt; too many"), "the error");
    expect(shownText()).toMatch(/&gt; 2 \| +if \(k === 3\)/);
    expect(ofType("error")).toEqual([]);
    const area = opened().findLast((message) => stateOf(message)._model_name === "VBoxModel");
    expect(area).toBeDefined();
    await update(id, { value: 4 });
    await until(() => shownText().includes("k = 4"), "the next result");
    expect((await run(kernel, `1 + 1`)).text).toBe("2");
  });

  it("fails its cell when the first result fails, and shows the error in place too", async () => {
    const { error, status } = await run(
      kernel,
      `el.interact({ k: el.intSlider(0, 10) }, () => { throw new Error("from the start"); })`,
    );
    expect([status, error]).toEqual(["error", "Error: from the start"]);
    expect(shownText()).toContain("Error: from the start");
  });

  it("of a control alone: an error appears in the output of its cell, and the kernel goes on", async () => {
    const execution = kernel.execute(
      `const bad = el.toggle(); bad.onChange(async () => { throw new TypeError("no ticks"); }); bad`,
    );
    await execution.done;
    await update(idOf("CheckboxModel"), { value: true });
    await until(() => ofType("error").length > 0, "the error");
    expect(ofType("error")[0]).toMatchObject({
      parent: { msg_id: execution.requestId },
      content: { ename: "TypeError", evalue: "no ticks" },
    });
    expect((await run(kernel, `bad.value`)).text).toBe("true");
  });

  it("says that a result does not come; an interrupt ends the wait, and the next move works", async () => {
    await run(
      kernel,
      `el.interact({ k: el.intSlider(0, 10, { value: 0 }) }, ({ k }) => { if (k !== 5) return "k = " + k; console.log("begun"); return new Promise(() => undefined); })`,
    );
    const id = idOf("IntSliderModel");
    await update(id, { value: 5 });
    // Moves that come before the callback has begun would replace this one.
    await until(() => ofType("stream").length > 0, "the callback begins");
    await update(id, { value: 6 }); // waits
    expect((await run(kernel, `"cells run"`)).text).toBe("'cells run'");
    await until(() => shownText().includes("Still computing the result for { k: 5 }"), "the remark");
    await kernel.interrupt();
    await until(() => shownText().includes("KeyboardInterrupt: the cell was interrupted"), "the interrupt");
    await update(id, { value: 7 });
    await until(() => shownText().includes("k = 7"), "the next result");
    expect(html()).toBeDefined();
  });

  it("an interrupt ends an endless loop in a callback, and the next move works", async () => {
    await run(
      kernel,
      `let inside = 0;
       el.interact({ k: el.intSlider(0, 10, { value: 0 }) }, ({ k }) => { while (k === 5) if (inside++ % 1e6 === 0) console.log("inside"); return "k = " + k; })`,
    );
    const id = idOf("IntSliderModel");
    await update(id, { value: 5 });
    await until(() => ofType("stream").length > 0, "the loop begins");
    await kernel.interrupt();
    await until(() => shownText().includes("KeyboardInterrupt"), "the interrupt");
    await update(id, { value: 7 });
    await until(() => shownText().includes("k = 7"), "the next result");
    expect((await run(kernel, `"alive"`)).text).toBe("'alive'");
  });

  it("interrupts work that the callback goes on with", async () => {
    await run(
      kernel,
      `let turns = 0;
       el.interact({ k: el.intSlider(0, 10, { value: 0 }) }, async ({ k }) => {
         while (k === 5) { turns++; await new Promise((next) => setTimeout(next, 5)); }
         return "k = " + k;
       })`,
    );
    await update(idOf("IntSliderModel"), { value: 5 });
    await until(() => heard.length > 0, "the page hears the kernel");
    while (Number((await run(kernel, `turns`)).text) === 0);
    await kernel.interrupt();
    await until(() => shownText().includes("KeyboardInterrupt"), "the interrupt");
    const after = (await run(kernel, `turns`)).text;
    await run(kernel, `await new Promise((next) => setTimeout(next, 100))`);
    expect((await run(kernel, `turns`)).text).toBe(after);
  });
});
