/**
 * Declarations of the global functions that the kernel offers to cells. `output/cell-functions.ts`,
 * `output/install-front-end.ts` and `input/install-prompt.ts` implement them.
 */
export const cellGlobals = `
/**
 * Clears the outputs of the running cell.
 * @param wait Clear only when the next output arrives, so that nothing flickers; defaults to false.
 */
declare function clearOutput(wait?: boolean): void;
/**
 * Shows a value in the output of the running cell, in the same way as the value of the cell's last expression.
 * @param options \`id\`, a name for the output: a later display with the same id also replaces this one. Defaults to a new id.
 * @returns A handle whose \`update\` replaces the output by another value.
 */
declare function display(value: unknown, options?: { id?: string }): { readonly id: string; update(value: unknown): void };
/** A value that a notebook shows as HTML. */
declare function html(source: string): { readonly source: string };
/** A value that a notebook shows as Markdown, with formulas between dollar signs. */
declare function markdown(source: string): { readonly source: string };
/** A value that a notebook shows as a formula. */
declare function latex(source: string): { readonly source: string };
/** A value that a notebook shows as an SVG picture: the text of an \`<svg>\` element. */
declare function svg(source: string): { readonly source: string };
/**
 * A value that a notebook shows as a picture.
 * @param source The bytes of a PNG, JPEG, GIF, WebP or SVG file, or its path.
 * @param options \`alt\`, what the picture shows; \`width\` and \`height\` on the page, in CSS pixels.
 */
declare function image(
  source: Uint8Array | ArrayBuffer | string,
  options?: { alt?: string; width?: number; height?: number },
): object;
/** Shows a long text in the front end's pager when the cell is done. */
declare function page(text: string): void;
/**
 * Asks the user and waits for the answer.
 * @param message The text beside the input field; defaults to none.
 * @param options The answer if the user enters nothing, or options:
 *   \`default\`, the answer if the user enters nothing; defaults to "".
 *   \`hidden\`, whether the typed text is hidden, as for a password; defaults to false.
 * @throws InputError if the front end, or the run, accepts no input
 */
declare function prompt(message?: string, options?: string | { default?: string; hidden?: boolean }): string;
/**
 * Asks the user a question and waits until it is answered with y or n.
 * @param message The question; defaults to "Continue?".
 * @returns Whether the answer was yes. Entering nothing means no.
 * @throws InputError if the front end, or the run, accepts no input
 */
declare function confirm(message?: string): boolean;
`;
