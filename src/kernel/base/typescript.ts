import typescript = require("typescript");

/** The project's TypeScript compiler, which compiles library and cells alike. */
export type TypeScript = typeof typescript;

/** See `TypeScript`. */
export const ts: TypeScript = typescript;
