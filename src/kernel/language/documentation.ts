import type { JSDocTagInfo, SymbolDisplayPart } from "typescript";
import { ts } from "../base/typescript";

/** A text about a name or a call, for front ends with and without Markdown. */
export interface Documentation {
  markdown: string;
  plain: string;
}

/** What the language service knows about a name or a signature. */
export interface Documented {
  /** The type or the signature, as TypeScript code. */
  code: string;
  documentation: readonly SymbolDisplayPart[];
  tags: readonly JSDocTagInfo[];
}

/** Tags that say nothing to a user. */
const hidden = new Set(["internal", "module", "packageDocumentation"]);

/** Writes documentation as editors do: the type, the text, then the tags. */
export function describe({ code, documentation, tags }: Documented): Documentation {
  const shown = tags.filter(({ name }) => !hidden.has(name));
  const text = linked(documentation);
  return {
    markdown: [`\`\`\`typescript\n${code}\n\`\`\``, text, ...shown.map(tagAsMarkdown)].filter(Boolean).join("\n\n"),
    plain: [code, ts.displayPartsToString([...documentation]), ...shown.map(tagAsText)].filter(Boolean).join("\n\n"),
  };
}

function tagAsMarkdown({ name, text = [] }: JSDocTagInfo): string {
  if (name === "example") return `*@example*\n\n${asExample(linked(text))}`;
  const [head] = text;
  if (head?.kind === "parameterName" || head?.kind === "typeParameterName") {
    return `*@${name}* \`${head.text}\` – ${linked(text.slice(1)).trim()}`;
  }
  return `*@${name}* ${linked(text)}`.trim();
}

function tagAsText({ name, text }: JSDocTagInfo): string {
  return `@${name} ${ts.displayPartsToString(text)}`.trim();
}

/** Examples are code, with or without a fence around it. */
function asExample(text: string): string {
  return text.includes("```") ? text : `\`\`\`typescript\n${text.trim()}\n\`\`\``;
}

/** Text in which `{@link name}` is a name in code style, and `{@link address text}` a link. */
function linked(parts: readonly SymbolDisplayPart[]): string {
  return ts
    .displayPartsToString([...parts])
    .replace(
      /\{@link(?:code|plain)?\s+(https?:\/\/\S+?)(?:[\s|]+([^}]*))?\}/g,
      (_, address, label) => `[${label || address}](${address})`,
    )
    .replace(/\{@link(?:code|plain)?\s+([^\s|}]+)[\s|]*([^}]*)\}/g, (_, name, label) => label.trim() || `\`${name}\``);
}
