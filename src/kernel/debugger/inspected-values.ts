import type { Runtime } from "node:inspector";
import { describeValue } from "./describe-value";
import { agentName, type MainInspector } from "./main-inspector";

/**
 * A variable of the Debug Adapter Protocol. It has no `type`, because JupyterLab shows the type in place of the value, except
 * for types of Python. The text of an object begins with its class.
 */
export interface DapVariable {
  name: string;
  value: string;
  /** An expression for the variable; absent where there is none. */
  evaluateName?: string;
  /** Under this number, `variables` returns the properties; 0 if there are none. */
  variablesReference: number;
}

/** The values that the front end may ask about, by reference. */
export interface InspectedValues {
  /** A new reference, under which `read` returns what the function returns. */
  refer(read: () => Promise<DapVariable[]>): number;
  read(reference: number): Promise<DapVariable[]>;
  toVariable(name: string, value: Runtime.RemoteObject, evaluateName?: string): DapVariable;
  /** The properties of an object. */
  properties(objectId: string): Promise<Runtime.PropertyDescriptor[]>;
  /** Forgets all references, when the values may change. */
  clear(): void;
}

/** The number of elements that an array shows. */
const shownElements = 100;

export function createInspectedValues(inspector: MainInspector): InspectedValues {
  const readers = new Map<number, () => Promise<DapVariable[]>>();
  let latest = 0;

  function refer(read: () => Promise<DapVariable[]>): number {
    readers.set(++latest, read);
    return latest;
  }

  function toVariable(name: string, value: Runtime.RemoteObject, evaluateName?: string): DapVariable {
    const { objectId } = value;
    return {
      name,
      value: describeValue(value),
      ...(evaluateName !== undefined && { evaluateName }),
      variablesReference: objectId === undefined ? 0 : refer(() => children(value, objectId, evaluateName)),
    };
  }

  async function properties(objectId: string): Promise<Runtime.PropertyDescriptor[]> {
    const params = { objectId, ownProperties: true, generatePreview: true };
    return (await inspector.post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", params)).result;
  }

  async function children(value: Runtime.RemoteObject, objectId: string, parent?: string): Promise<DapVariable[]> {
    const { subtype } = value;
    if (subtype === "array" || subtype === "typedarray") return elements(objectId, parent);
    const params = { objectId, ownProperties: true, generatePreview: true };
    const found = await inspector.post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", params);
    const entries = found.internalProperties?.filter(({ name }) => name === "[[Entries]]") ?? [];
    return [
      ...entries.flatMap((entry) => (entry.value ? toVariable("entries", entry.value) : [])),
      ...found.result.filter(({ name }) => name !== "__proto__").flatMap((property) => toProperty(property, parent)),
    ];
  }

  /** The length of an array and its first elements. Large arrays have too many properties to read them all. */
  async function elements(objectId: string, parent?: string): Promise<DapVariable[]> {
    const read = async (expression: string) =>
      (
        await inspector.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
          objectId,
          functionDeclaration: `function () { return ${expression}; }`,
          silent: true,
        })
      ).result;
    const head = await read(`${agentName}.head(this, ${shownElements})`);
    const shown = head.objectId === undefined ? [] : await properties(head.objectId);
    return [
      ...shown.filter(({ name }) => name !== "length").flatMap((property) => toProperty(property, parent)),
      toVariable("length", await read("this.length"), parent && `${parent}.length`),
    ];
  }

  function toProperty({ name, value, get }: Runtime.PropertyDescriptor, parent?: string): DapVariable | [] {
    if (value !== undefined) return toVariable(name, value, parent && propertyOf(parent, name));
    if (get?.type !== "function") return [];
    return { name, value: "(getter)", variablesReference: 0 };
  }

  return {
    refer,
    // A front end may ask about a pause that has just ended. JupyterLab accepts only a list.
    async read(reference) {
      try {
        return (await readers.get(reference)?.()) ?? [];
      } catch {
        return []; // V8 forgets the objects of a pause when it ends.
      }
    },
    toVariable,
    properties,
    clear: () => readers.clear(),
  };
}

function propertyOf(parent: string, name: string): string {
  if (/^\d+$/.test(name)) return `${parent}[${name}]`;
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `${parent}.${name}` : `${parent}[${JSON.stringify(name)}]`;
}
