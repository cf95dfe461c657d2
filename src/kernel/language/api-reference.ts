import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DefinitionInfo } from "typescript";
import { ts } from "../base/typescript";

/** The addresses of the API reference, on the server that has started this kernel. */
export interface ApiReference {
  /** The first page; undefined if the server does not show a reference. */
  home(): string | undefined;
  /** The page about a name of the library, given where the name is defined; undefined if there is none. */
  page(definition: DefinitionInfo): string | undefined;
}

/** The compiled library, as the language service writes paths. */
const library = `${join(__dirname, "../..").replaceAll("\\", "/")}/`;

const kinds = ts.ScriptElementKind;
/** The folders of the pages, by what a name is. */
const folders: ReadonlyMap<string, readonly string[]> = new Map([
  [kinds.functionElement, ["functions"]],
  [kinds.constElement, ["functions", "variables"]],
  [kinds.classElement, ["classes"]],
  [kinds.interfaceElement, ["interfaces"]],
  [kinds.typeElement, ["types"]],
]);
/** The folders of the pages of everything that has members. */
const owners = ["interfaces", "classes", "types"];

/**
 * Finds the API reference. The kernelspec's environment names the folder of its pages, which the server shows below
 * `static/`. The server's own file, beside the connection file, has its base URL.
 */
export function createApiReference(connectionFile: string): ApiReference {
  const { ELBO_LAB_API_REFERENCE: folder, JPY_PARENT_PID: server } = process.env;
  const serverFile = join(dirname(connectionFile), `jpserver-${server}.json`);

  /** Looks at every request, because set-up writes the reference while JupyterLab runs. */
  function address(page: string): string | undefined {
    if (!folder || !existsSync(join(folder, page))) return undefined;
    const base = baseUrl(serverFile);
    return base && `${base}static/${basename(folder)}/${page}`;
  }

  const firstOf = (places: readonly string[], name: string) => {
    for (const place of places) {
      const page = address(`${place}/${name}.html`);
      if (page !== undefined) return page;
    }
    return undefined;
  };

  return {
    home: () => address("index.html"),
    page({ fileName, kind, name, containerName }) {
      if (!fileName.startsWith(library)) return undefined;
      const ownFolders = folders.get(kind);
      if (ownFolders !== undefined) return firstOf(ownFolders, name);
      const owner = containerName ? firstOf(owners, containerName) : undefined;
      return owner && `${owner}#${name}`;
    },
  };
}

function baseUrl(serverFile: string): string | undefined {
  try {
    const { base_url: base } = JSON.parse(readFileSync(serverFile, "utf8"));
    return typeof base === "string" && base.startsWith("/") ? base : undefined;
  } catch {
    // Another kind of client has started the kernel, such as a console.
    return undefined;
  }
}
