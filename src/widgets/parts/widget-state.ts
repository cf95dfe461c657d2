import type { CommMessage } from "../../display/comms";

/** The state of a widget, by name. Values are JSON, binary data, or other widgets. */
export type WidgetState = Record<string, unknown>;

type Path = (string | number)[];

/**
 * Splits a state into JSON and buffers, as the widgets' protocol wants it. Binary data are taken out, and `buffer_paths`
 * says where they belong.
 *
 * @param reference the text that stands for an object, such as another widget; undefined for any other value
 */
export function packState(state: WidgetState, reference: (value: object) => string | undefined): CommMessage {
  const buffer_paths: Path[] = [];
  const buffers: Uint8Array[] = [];
  const pack = (value: unknown, path: Path): unknown => {
    const bytes = bytesOf(value);
    if (bytes !== undefined) {
      buffer_paths.push(path);
      buffers.push(bytes);
      return null;
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item, i) => pack(item, [...path, i]));
    return (
      reference(value) ??
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item, [...path, key])]))
    );
  };
  const packed = pack(state, []) as WidgetState;
  return { data: { state: packed, buffer_paths }, buffers };
}

/**
 * Puts the buffers of a message back into its state.
 *
 * @throws Error if the state is not an object, or if the buffers do not fit their paths
 */
export function unpackState({ data, buffers }: CommMessage): WidgetState {
  const { state, buffer_paths: paths = [] } = data as { state?: unknown; buffer_paths?: unknown };
  if (typeof state !== "object" || state === null || Array.isArray(state)) throw new Error("it has no state");
  if (!Array.isArray(paths) || paths.length !== buffers.length) {
    const count = Array.isArray(paths) ? paths.length : "no";
    throw new Error(`it has ${buffers.length} buffers, and ${count} paths for them`);
  }
  for (const [i, path] of paths.entries()) putBuffer(state as WidgetState, path, buffers[i]!);
  return state as WidgetState;
}

function putBuffer(state: WidgetState, path: unknown, buffer: Uint8Array): void {
  const wrong = () => new Error(`the path ${JSON.stringify(path)} of a buffer leads nowhere in its state`);
  if (!Array.isArray(path) || path.length === 0) throw wrong();
  const last = path.at(-1) as string;
  let at: unknown = state;
  for (const key of path.slice(0, -1)) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) throw wrong();
    at = (at as WidgetState)[key as string];
  }
  if (typeof at !== "object" || at === null || last === "__proto__") throw wrong();
  (at as WidgetState)[last] = buffer;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
