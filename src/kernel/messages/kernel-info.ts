import { tslabVersion } from "../base/load-tslab";
import { ts } from "../base/typescript";
import type { ApiReference } from "../language/api-reference";
import type { Handler } from "../protocol/server";

/** Describes the kernel. tslab's reply has no status, and names a TypeScript version from 2020. */
export const kernelInfo =
  (reference: ApiReference): Handler =>
  () => ({
    status: "ok",
    protocol_version: "5.3",
    implementation: "tslab",
    implementation_version: tslabVersion,
    banner: `TypeScript ${ts.version} on Node ${process.version} (tslab ${tslabVersion} with the elbo-lab kernel layer)`,
    language_info: {
      name: "typescript",
      version: ts.version,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
      // JupyterLab uses `mode`; the classic notebook uses the other two.
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    },
    // JupyterLab reads the first, other front ends the second.
    debugger: true,
    supported_features: ["debugger"],
    help_links: [...homeOf(reference), { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
  });

function homeOf(reference: ApiReference): { text: string; url: string }[] {
  const url = reference.home();
  return url === undefined ? [] : [{ text: "elbo-lab API Reference", url }];
}
