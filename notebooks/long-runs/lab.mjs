import { createRequire } from "node:module";

/** The library as the notebooks import it, from the built package: run `npm run build` after a change. */
export const lab = createRequire(import.meta.url)("../../dist/index.js");
