/** What the kernel offers to cells by name, as declarations that the compiler reads; see `repairs/cell-functions.ts`. */
export const cellGlobals = `
/**
 * Clears the outputs of the running cell.
 * @param wait Clear only when the next output arrives, so that nothing flickers; defaults to false.
 */
declare function clearOutput(wait?: boolean): void;
/** Shows a long text in the front end's pager when the cell is done. */
declare function page(text: string): void;
`;
