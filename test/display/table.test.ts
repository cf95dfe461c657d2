import { expect, test } from "vitest";
import { factsBundle, tableBundle } from "../../src/display/table";

test("a table has a plain and an HTML form, with numbers to five digits", () => {
  const { data } = tableBundle(
    "two rows",
    ["name", "loss"],
    [
      ["a<b", 1 / 3],
      ["c", 12],
    ],
  );
  expect(data["text/plain"]).toBe("two rows\nname     loss\na<b   0.33333\nc          12");
  expect(data["text/html"]).toContain("<td>a&lt;b</td><td>0.33333</td>");
});

test("a long table keeps its first and last lines", () => {
  const lines = Array.from({ length: 100 }, (_, i) => [i]);
  const text = String(tableBundle("long", ["i"], lines).data["text/plain"]);
  expect(text.split("\n")).toHaveLength(2 + 13);
  expect(text.endsWith("99")).toBe(true);
});

test("facts that are undefined are left out", () => {
  expect(factsBundle("thing", { a: 1, b: undefined }).data["text/plain"]).toBe("thing\n  a: 1");
});
