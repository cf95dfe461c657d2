import { type NativeBackend, nativeBackend, type TensorData } from "./native-backend";

/** Where values that have not been fetched yet can be fetched from. */
export interface ValueSource {
  /** Fetches the values of all the given data and calls `settle` on each. */
  settle(pending: PendingData[]): void;
}

/**
 * The data of a variable whose value is still in a compiled program. It is an entry in the backend's table, like the data of any
 * tensor. The value is fetched when something needs the handle, to read the value or to compute with it.
 */
export class PendingData implements TensorData {
  readonly values = null;
  refCount = 1;
  #handle: number | undefined;

  constructor(
    readonly source: ValueSource,
    /** The node of the program that reads the value. */
    readonly node: string,
    readonly shape: number[],
    readonly dtype: number,
  ) {}

  /** TensorFlow's handle of the value. */
  get id(): number {
    if (this.#handle === undefined) this.source.settle([this]);
    return this.#handle!;
  }

  /** Whether the value is still only in the program. */
  get isPending(): boolean {
    return this.#handle === undefined;
  }

  settle(handle: number): void {
    this.#handle = handle;
  }
}

/** Fetches all data that are still pending in a program, with one call per program. */
export function settleAll(data: TensorData[]): void {
  const bySource = new Map<ValueSource, PendingData[]>();
  for (const item of data) {
    if (!(item instanceof PendingData && item.isPending)) continue;
    const group = bySource.get(item.source);
    if (group === undefined) bySource.set(item.source, [item]);
    else group.push(item);
  }
  for (const [source, group] of bySource) source.settle(group);
}

const prepared = new WeakSet<NativeBackend>();

/** Changes the backend, once, to dispose of pending data without fetching it. */
export function prepareBackend(): void {
  const backend = nativeBackend();
  if (prepared.has(backend)) return;
  prepared.add(backend);
  const { disposeData } = backend;
  backend.disposeData = (dataId, force) => {
    const data = backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId) : undefined;
    if (data instanceof PendingData && data.isPending) {
      if (data.refCount > 1 && !force) {
        data.refCount--;
        return false;
      }
      // The backend uses −1 for data without a handle.
      data.settle(-1);
    }
    return disposeData.call(backend, dataId, force);
  };
}
