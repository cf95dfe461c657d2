import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SpamAssassin, spamAssassin } from "../../src/datasets/spam-assassin";
import { emailText } from "../../src/preprocessing/text/email-text";
import { nearDuplicates } from "../../src/preprocessing/text/near-duplicates";
import { tf } from "../../src/runtime/tensorflow";

const message = (...lines: string[]): string => lines.join("\n");

describe("emailText()", () => {
  test("keeps the subject and the text, and leaves the other header lines out", () => {
    const mail = message(
      "From: a@b.example",
      "Subject: Hello",
      "  there",
      "X-Spam: yes",
      "",
      "First line.",
      "",
      "Second.",
    );
    expect(emailText(mail)).toEqual({ subject: "Hello there", body: "First line.\n\nSecond." });
  });

  test("of a message in several parts the plain text is kept, without boundaries and attachments", () => {
    const mail = message(
      'Content-Type: multipart/mixed; boundary="xx"',
      "",
      "For old programs.",
      "--xx",
      "Content-Type: multipart/alternative; boundary=yy",
      "",
      "--yy",
      "Content-Type: text/plain",
      "",
      "Plain words",
      "--yy",
      "Content-Type: text/html",
      "",
      "<p>Page words</p>",
      "--yy--",
      "--xx",
      "Content-Type: image/gif",
      "Content-Transfer-Encoding: base64",
      "",
      "R0lGODlh",
      "--xx--",
      "after the end",
    );
    expect(emailText(mail).body).toBe("Plain words");
  });

  test("a page loses its tags, scripts and comments, and its entities become characters", () => {
    const mail = message(
      "Content-Type: text/html",
      "",
      "<html><head><style>p {color: red}</style></head><body><!-- hidden --><p>Fish &amp; chips<br>for&nbsp;&#49;0 &euro;</p>",
      "<script>go()</script><a href='http://x.example'>Click</a></body></html>",
    );
    expect(emailText(mail).body).toBe("Fish & chips\nfor 10\nClick");
  });

  test("encodings are undone, in the part's character set", () => {
    const quoted = message(
      "Subject: =?iso-8859-1?Q?Caf=E9_?= =?utf-8?B?4oKs?=",
      "Content-Type: text/plain; charset=iso-8859-1",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "caf=E9 au=",
      " lait",
    );
    expect(emailText(quoted)).toEqual({ subject: "Café €", body: "café au lait" });
    const base64 = message("Content-Transfer-Encoding: base64", "", Buffer.from("grün").toString("base64"));
    expect(emailText(base64).body).toBe("grün");
  });

  test.each([
    ["", { subject: "", body: "" }],
    ["no header at all", { subject: "", body: "" }],
    ["Subject: only", { subject: "only", body: "" }],
    [
      message("Content-Type: multipart/mixed", "", "no boundary is named"),
      { subject: "", body: "no boundary is named" },
    ],
    [message("Content-Type: text; charset=no-such", "", "text"), { subject: "", body: "text" }],
  ])("of a message against the rules, %j, gives what can be read", (mail, expected) => {
    expect(emailText(mail)).toEqual(expected);
  });
});

describe("nearDuplicates()", () => {
  const long = Array.from({ length: 60 }, (_, i) => `word${String.fromCharCode(97 + (i % 26), 97 + (i % 7))}`).join(
    " ",
  );

  test("finds copies, and copies with other numbers, addresses and a few other words", () => {
    const copies = [long, `${long} 12345`, `hello ${long} http://other.example/x`, long.toUpperCase()];
    expect([...nearDuplicates(copies)]).toEqual([-1, 0, 0, 0]);
  });

  test("texts that share half of their words in a row are not the same", () => {
    const half = long.split(" ").slice(0, 30).join(" ");
    expect([...nearDuplicates([long, half, `${half} ${half.split(" ").reverse().join(" ")}`])]).toEqual([-1, -1, -1]);
  });

  test("short texts are compared whole", () => {
    expect([...nearDuplicates(["thank you", "Thank you!", "thank him", "", "12"])]).toEqual([-1, 0, -1, -1, 3]);
  });
});

describe("spamAssassin()", () => {
  let data: SpamAssassin;
  beforeAll(async () => {
    data = await spamAssassin();
  }, 600_000);
  afterAll(() => data.dispose());
  const splits = () => [data.train, data.validation, data.test];

  test("holds every e-mail of the corpus once, but for the empty and the repeated", () => {
    const { empty, repeated } = data.leftOut;
    expect(splits().reduce((sum, { size }) => sum + size, empty + repeated)).toBe(6046);
    expect(new Set(splits().flatMap(({ texts }) => texts)).size).toBe(6046 - empty - repeated);
    expect([empty, repeated]).toEqual([22, 840]);
  });

  test("no text of test or validation says nearly the same as one of training", () => {
    const bodies = splits().flatMap(({ texts }) => texts.map((text) => text.slice(text.indexOf("\n\n") + 2)));
    expect(nearDuplicates(bodies).filter((earlier) => earlier >= 0).length).toBeLessThan(0.002 * bodies.length);
  });

  test("each split has the share of every group, and labels that fit the groups", () => {
    const all = splits().flatMap(({ groups }) => groups);
    for (const { groups, labels, size, texts } of splits()) {
      expect([groups.length, labels.shape, texts.length]).toEqual([size, [size], size]);
      expect([...labels.dataSync()]).toEqual(groups.map((group) => (group.startsWith("spam") ? 1 : 0)));
      for (const group of new Set(all)) {
        const [share, overall] = [groups, all].map(
          (list) => list.filter((name) => name === group).length / list.length,
        );
        expect(Math.abs((share as number) - (overall as number))).toBeLessThan(0.005);
      }
    }
  });

  test("header lines are gone", () => {
    const headers = splits().flatMap(({ texts }) => texts.filter((text) => /^(Return-Path|Received):/m.test(text)));
    // Some people forward whole messages, header lines and all.
    expect(headers.length).toBeLessThan(60);
  });

  test("another seed gives another split; the same seed the same; a share of 0 an empty split", async () => {
    const before = tf.memory().numTensors;
    const [again, other] = [await spamAssassin(), await spamAssassin({ seed: 1, validation: 0 })];
    expect(again.test.texts).toEqual(data.test.texts);
    expect(other.test.texts).not.toEqual(data.test.texts);
    expect(other.validation.size).toBe(0);
    for (const set of [again, other]) set.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }, 600_000);

  test.each([
    [{ test: 1 }, /spamAssassin\(\): test must be a share in \[0, 1\), but got 1/],
    [{ validation: Number.NaN }, /validation must be a share in \[0, 1\), but got NaN/],
    [
      { test: 0.6, validation: 0.5 },
      /test \+ validation must be less than 1, so that some e-mails remain for training, but got 1.1/,
    ],
  ])("refuses %j", async (options, message) => {
    await expect(spamAssassin(options)).rejects.toThrow(message);
  });
});
