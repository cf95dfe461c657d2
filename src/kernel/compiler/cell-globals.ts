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
