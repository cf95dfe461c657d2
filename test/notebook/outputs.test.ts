import { expect, test } from "vitest";
import { createMessage } from "../../src/jupyter/wire-message";
import type { CodeCell } from "../../src/notebook/nbformat";
import { OutputCollector } from "../../src/notebook/outputs";

type Sent = [type: string, content: Record<string, unknown>, cell?: number];

/** The outputs of two cells after these messages. */
function collect(...messages: Sent[]): CodeCell["outputs"][] {
  const collector = new OutputCollector();
  const cells = [0, 1].map((): CodeCell => {
    return { cell_type: "code", metadata: {}, source: "x", execution_count: null, outputs: [] };
  });
  for (const [type, content, cell = 0] of messages) collector.add(cells[cell]!, createMessage(type, content, "test"));
  return cells.map((cell) => cell.outputs);
}

const out = (text: string, name = "stdout"): Sent => ["stream", { name, text }];
const show = (text: string, id?: string, cell = 0): Sent => ["display_data", bundle(text, id), cell];
const update = (text: string, id: string, cell = 0): Sent => ["update_display_data", bundle(text, id), cell];
const clear = (wait: boolean): Sent => ["clear_output", { wait }];

function bundle(text: string, id?: string) {
  return { data: { "text/plain": text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } };
}

const stream = (text: string, name = "stdout") => ({ output_type: "stream", name, text });
const shown = (text: string) => ({ output_type: "display_data", data: { "text/plain": text }, metadata: {} });

test("texts of one stream are joined until another output comes between them", () => {
  expect(collect(out("a"), out("b\n"), out("!", "stderr"), out("c"), show("x"), out("d"), out("e"))[0]).toEqual([
    stream("ab\n"),
    stream("!", "stderr"),
    stream("c"),
    shown("x"),
    stream("de"),
  ]);
});

test("a display is updated in place, in whichever cell it stands, and as often as it stands there", () => {
  const cells = collect(show("0", "p"), show("other", "q"), show("0", "p", 1), update("1", "p", 1), update("2", "p"));
  expect(cells).toEqual([[shown("2"), shown("other")], [shown("2")]]);
});

test("an update of a display that nobody showed changes nothing", () => {
  expect(collect(show("a"), update("b", "nobody"))[0]).toEqual([shown("a")]);
});

test("clear_output clears at once, or when the next output comes if it is to wait", () => {
  expect(collect(out("a"), clear(false))[0]).toEqual([]);
  expect(collect(out("a"), clear(true))[0]).toEqual([stream("a")]);
  expect(collect(out("a"), clear(true), out("b"), out("c"))[0]).toEqual([stream("bc")]);
});

test("a display that was cleared away is not updated any more, its later copy is", () => {
  const [outputs] = collect(show("0", "p"), clear(false), show("1", "p"), update("2", "p"));
  expect(outputs).toEqual([shown("2")]);
});

test("results and errors are kept with all that nbformat has for them, other messages are not outputs", () => {
  const result = { data: { "text/plain": "3" }, metadata: { a: 1 }, execution_count: 7 };
  const error = { ename: "Error", evalue: "no", traceback: ["a", "b"] };
  const [outputs] = collect(
    ["status", { execution_state: "busy" }],
    ["execute_input", { code: "1 + 2", execution_count: 7 }],
    ["execute_result", result],
    ["error", error],
  );
  expect(outputs).toEqual([
    { output_type: "execute_result", ...result },
    { output_type: "error", ...error },
  ]);
});
