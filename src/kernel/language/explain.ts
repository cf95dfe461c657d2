import type { SignatureHelpItems } from "typescript";
import { ts } from "../base/typescript";
import type { OpenedCell } from "../compiler/cell-compiler";
import type { ApiReference } from "./api-reference";
import { type Documentation, describe } from "./documentation";

/**
 * Explains the name at a position. Inside the parentheses of a call, and not on a name, it explains the call and its
 * active parameter. What it says about a name of the library ends with a link to its page in the API reference.
 */
export function explain(
  cell: OpenedCell,
  code: string,
  position: number,
  reference: ApiReference,
): Documentation | undefined {
  const name = (at: number) => withLink(explainName(cell, at), cell, at, reference);
  const call = () => withLink(explainCall(cell, position), cell, calledName(cell, code, position), reference);
  const onName = /[\p{ID_Continue}$]/u.test(code[position] ?? "");
  if (onName) return name(position) ?? call();
  if (!endsName(code, position)) return call();
  // The cursor of a front end stands behind the name that was just typed.
  return name(position - 1) ?? call();
}

/** Adds the link to the page about the name at a position. */
function withLink(
  found: Documentation | undefined,
  { service, file, offset }: OpenedCell,
  position: number,
  { page }: ApiReference,
): Documentation | undefined {
  const definitions = found && service.getDefinitionAtPosition(file, offset + position);
  const address = definitions?.map(page).find((each) => each !== undefined);
  return found && address ? { ...found, markdown: join(found.markdown, `[API reference](${address})`) } : found;
}

/** The position of the name of the function whose call is around a position. */
function calledName({ service, file, offset }: OpenedCell, code: string, position: number): number {
  const start = service.getSignatureHelpItems(file, offset + position, undefined)?.applicableSpan.start ?? offset;
  const [after = ""] = /(\s*<[^()]*>)?\s*\(\s*$/.exec(code.slice(0, start - offset)) ?? [];
  return start - offset - after.length - 1;
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
