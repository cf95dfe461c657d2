/** Declarations of the global functions that the kernel offers to cells; `output/cell-functions.ts` implements them. */
export const cellGlobals = `
/**
 * Clears the outputs of the running cell.
 * @param wait Clear only when the next output arrives, so that nothing flickers; defaults to false.
 */
declare function clearOutput(wait?: boolean): void;
/** Shows a long text in the front end's pager when the cell is done. */
declare function page(text: string): void;
`;
