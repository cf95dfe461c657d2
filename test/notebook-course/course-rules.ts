import { existsSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { type Cell, hasTag, isRun, type Notebook } from "../../src/notebook/nbformat";

/** How a notebook of the course is built: what CONTRIBUTING.md says, as checks. */

const limits = {
  paragraphWords: 95,
  words: [1500, 3000],
  columns: 110,
  figures: [6, 12],
  exercises: [4, 6],
} as const;

const navigation = /(\*\*Previous:\*\*|\*\*Next:\*\*)/;

/** The parts that every notebook has, as second-level headings. Notebook 00 has no results and no common mistakes. */
const sections = ["Common mistakes", "Results", "Exercises", "Summary", "Recap", "References"];
const notInStart = new Set(["Common mistakes", "Results"]);

/**
 * What is wrong with the structure of a notebook, one sentence each.
 *
 * @param name the file name without the extension, such as "03-the-vae-on-mnist"
 */
export function structureFailures(name: string, notebook: Notebook): string[] {
  const isStart = name.startsWith("00-");
  return [
    ...firstPage(name, notebook, isStart),
    ...sectionFailures(notebook, isStart),
    ...proseFailures(notebook, isStart),
    ...codeFailures(notebook),
    ...figureFailures(notebook, isStart),
    ...exerciseFailures(notebook),
  ];
}

const markdownOf = (notebook: Notebook): string[] =>
  notebook.cells.filter((cell) => cell.cell_type === "markdown").map((cell) => cell.source);

function firstPage(name: string, notebook: Notebook, isStart: boolean): string[] {
  const cells = markdownOf(notebook);
  const [first = "", last = ""] = [cells[0], cells.at(-1)];
  const parts: [RegExp, string][] = [
    [new RegExp(`^# ${name.slice(0, 2)} · \\S`), `a title "# ${name.slice(0, 2)} · …"`],
    [/\*\*Level:\*\* ★/, '"**Level:** ★" to "★★★"'],
    [/\*\*You need:\*\*/, '"**You need:**" with links'],
    [/\*\*Time:\*\*/, '"**Time:**"'],
    [navigation, '"**Previous:**" and "**Next:**" links'],
    ...(isStart
      ? []
      : [[new RegExp(`!\\[.{20,}\\]\\(pictures/${name}\\.png\\)`), "its teaser with alt text"] as const]),
  ] as [RegExp, string][];
  const wrong = parts.filter(([pattern]) => !pattern.test(first)).map(([, part]) => `the first cell lacks ${part}`);
  return navigation.test(last)
    ? wrong
    : [...wrong, "the last cell lacks the links to the previous and the next notebook"];
}

function sectionFailures(notebook: Notebook, isStart: boolean): string[] {
  const text = markdownOf(notebook).join("\n");
  const missing = sections
    .filter((section) => !(isStart && notInStart.has(section)))
    .filter((section) => !new RegExp(`^## ${section}`, "m").test(text));
  const recap = text.split(/^## Recap.*$/m)[1]?.split(/^## /m)[0] ?? "";
  const questions = recap.match(/^\d\. /gm)?.length ?? 0;
  return [
    ...missing.map((section) => `there is no section "## ${section}"`),
    ...(questions === 5 ? [] : [`the recap has ${questions} questions instead of 5`]),
  ];
}

/** The paragraphs and list items of a Markdown text, without formulas, tables, code and headings. */
export function paragraphsOf(markdown: string): string[] {
  return markdown
    .replace(/```[\s\S]*?```/g, "\n\n")
    .replace(/\$\$[\s\S]*?\$\$/g, "\n\n")
    .split("\n")
    .map((line) => (/^\s*(\||#|!\[|<\/?(details|summary))/.test(line) ? "" : line))
    .map((line) => (/^\s*([-*+]|\d+\.) /.test(line) ? `\n\n${line}` : line))
    .join("\n")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "");
}

export const wordsOf = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

function proseFailures(notebook: Notebook, isStart: boolean): string[] {
  const unfolded = markdownOf(notebook).map((text) => text.replace(/<details>[\s\S]*?<\/details>/g, ""));
  const cells = unfolded.map((text) => text.split(/^## References.*$/m)[0] as string);
  const paragraphs = cells.flatMap(paragraphsOf);
  const long = paragraphs.filter((paragraph) => wordsOf(paragraph) > limits.paragraphWords);
  const words = paragraphs.reduce((sum, paragraph) => sum + wordsOf(paragraph), 0);
  const [least, most] = limits.words;
  return [
    ...long.map((paragraph) => `a paragraph of ${wordsOf(paragraph)} words: ${paragraph.slice(0, 60)}…`),
    ...(words > most || (words < least && !isStart) ? [`${words} words of prose instead of ${least} to ${most}`] : []),
  ];
}

function codeFailures(notebook: Notebook): string[] {
  return notebook.cells.flatMap((cell, i) => {
    if (cell.cell_type !== "code") return [];
    const longest = Math.max(...cell.source.split("\n").map((line) => line.length));
    return longest > limits.columns ? [`cell ${i} has a line of ${longest} columns`] : [];
  });
}

function figureFailures(notebook: Notebook, isStart: boolean): string[] {
  const captions = notebook.cells.filter(isRun).flatMap((cell) =>
    cell.outputs.flatMap((output) => {
      if (!("data" in output) || output.data["image/png"] === undefined) return [];
      return [String((output.metadata["image/png"] as { alt?: string } | undefined)?.alt)];
    }),
  );
  const wrong = captions.flatMap((caption, i) => {
    return caption.startsWith(`Figure ${i + 1}. `) ? [] : [`figure ${i + 1} is titled "${caption.slice(0, 60)}…"`];
  });
  const diagrams = notebook.cells.filter(isRun).flatMap((cell) => {
    return cell.outputs.filter((output) => "data" in output && "image/svg+xml" in output.data);
  });
  const [least, most] = limits.figures;
  if (!isStart && diagrams.length === 0) wrong.push("no diagram");
  if (captions.length > most || (captions.length < least && !isStart)) wrong.push(`${captions.length} figures`);
  return wrong;
}

/** The cells of the exercises: from "**Exercise n ★**" to the next exercise or heading. */
function exerciseCells(notebook: Notebook): Cell[][] {
  const groups: Cell[][] = [];
  let open: Cell[] | undefined;
  for (const cell of notebook.cells) {
    if (cell.cell_type === "markdown") {
      if (/^\*\*Exercise \d ★{1,3}/m.test(cell.source)) {
        open = [];
        groups.push(open);
      } else if (/^(## |\*\*Project)/m.test(cell.source)) open = undefined;
    }
    open?.push(cell);
  }
  return groups;
}

function exerciseFailures(notebook: Notebook): string[] {
  const groups = exerciseCells(notebook);
  const [least, most] = limits.exercises;
  const wrong = groups.flatMap((cells, i) => {
    const parts: [boolean, string][] = [
      [cells.some((cell) => cell.source.includes("<summary>Hint</summary>")), "hint"],
      [cells.some((cell) => isRun(cell) && hasTag(cell, "raises-exception")), "stub that fails"],
      [cells.some((cell) => isRun(cell) && hasTag(cell, "solution")), "solution"],
    ];
    return parts.filter(([present]) => !present).map(([, part]) => `exercise ${i + 1} has no ${part}`);
  });
  if (groups.length < least || groups.length > most) wrong.push(`${groups.length} exercises`);
  if (!markdownOf(notebook).some((text) => /^\*\*Project/m.test(text))) wrong.push("no open project");
  return wrong;
}

/** The functions that the cells of a notebook define at their top level, without those of exercises. */
export function functionsOf(notebook: Notebook): string[] {
  const exercises = new Set(exerciseCells(notebook).flat());
  return notebook.cells.flatMap((cell) => {
    if (cell.cell_type !== "code" || exercises.has(cell)) return [];
    const { statements } = ts.createSourceFile("cell.ts", cell.source, ts.ScriptTarget.Latest, true);
    return statements.flatMap((statement) => {
      if (ts.isFunctionDeclaration(statement)) return statement.name ? [statement.name.text] : [];
      if (!ts.isVariableStatement(statement)) return [];
      return statement.declarationList.declarations
        .filter(
          ({ initializer }) => initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)),
        )
        .map((declaration) => declaration.name.getText());
    });
  });
}

/** The links of Markdown texts that lead to no file, and the numbers of notebooks that do not exist. */
export function deadReferences(texts: readonly string[], folder: string, numbers: ReadonlySet<string>): string[] {
  const text = texts.join("\n\n");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => (target as string).split("#")[0] as string);
  const dead = links.filter((link) => link !== "" && !/^[a-z]+:/.test(link) && !existsSync(path.join(folder, link)));
  const mentions = [...text.matchAll(/[Nn]otebooks? ((?:\[?\d\d\]?(?:\([^)]*\))?(?:, | and | or |–)?)+)/g)];
  const unknown = mentions
    .flatMap(([, list]) => (list as string).replace(/\([^)]*\)/g, "").match(/\d\d/g) ?? [])
    .filter((number) => !numbers.has(number));
  return [...dead.map((link) => `a link to ${link}`), ...unknown.map((number) => `notebook ${number}`)];
}
