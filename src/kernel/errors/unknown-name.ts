/** The compiler's codes for "Cannot find name", without and with a name that is spelled alike. */
export const unknownName: ReadonlySet<number> = new Set([2304, 2552]);
