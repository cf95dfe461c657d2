import type { SignatureHelpItems } from "typescript";
import { ts } from "../base/typescript";
import type { OpenedCell } from "../compiler/cell-compiler";
import { type Documentation, describe } from "./documentation";

/**
 * Explains the name at a position. Inside the parentheses of a call, and not on a name, it explains the call and its
 * active parameter.
 */
export function explain(cell: OpenedCell, code: string, position: number): Documentation | undefined {
  const onName = /[\p{ID_Continue}$]/u.test(code[position] ?? "");
  if (onName) return explainName(cell, position) ?? explainCall(cell, position);
  const call = explainCall(cell, position);
  if (call !== undefined && !endsName(code, position)) return call;
  // The cursor of a front end stands behind the name that was just typed.
  return (endsName(code, position) ? explainName(cell, position - 1) : undefined) ?? call;
}

const endsName = (code: string, position: number) => /[\p{ID_Continue}$]$/u.test(code.slice(0, position));

function explainName({ service, file, offset }: OpenedCell, position: number): Documentation | undefined {
  const info = service.getQuickInfoAtPosition(file, offset + position);
  if (info === undefined) return undefined;
  const { displayParts = [], documentation = [], tags = [] } = info;
  return describe({ code: ts.displayPartsToString(displayParts), documentation, tags });
}

function explainCall({ service, file, offset }: OpenedCell, position: number): Documentation | undefined {
  const help = service.getSignatureHelpItems(file, offset + position, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (help === undefined || item === undefined) return undefined;
  const active = item.parameters[Math.min(help.argumentIndex, item.parameters.length - 1)];
  const { markdown, plain } = describe({ code: signature(item), documentation: item.documentation, tags: item.tags });
  const more = help.items.length > 1 ? `${help.selectedItemIndex + 1} of ${help.items.length} overloads` : "";
  if (active === undefined) return { markdown: join(more, markdown), plain: join(more, plain) };
  const code = ts.displayPartsToString(active.displayParts);
  const text = ts.displayPartsToString(active.documentation);
  return {
    markdown: join(more, `**\`${code}\`**${text && ` – ${text}`}`, markdown),
    plain: join(more, text ? `${code} – ${text}` : code, plain),
  };
}

function signature(item: SignatureHelpItems["items"][number]): string {
  const parameters = item.parameters.map(({ displayParts }) => ts.displayPartsToString(displayParts));
  const between = ts.displayPartsToString(item.separatorDisplayParts);
  return (
    ts.displayPartsToString(item.prefixDisplayParts) +
    parameters.join(between) +
    ts.displayPartsToString(item.suffixDisplayParts)
  );
}

const join = (...paragraphs: string[]) => paragraphs.filter(Boolean).join("\n\n");
