import type * as typescript from "typescript";

/** The project's TypeScript compiler, which compiles library and cells alike. */
export type TypeScript = typeof typescript;

/** See `TypeScript`. A plain `require`, because an import would copy the compiler's 2,000 exports. */
export const ts: TypeScript = require("typescript");
