/** The events without whose listeners the kernel would end. The first two are Node's own, which start and stop signals. */
const events = [
  "newListener",
  "removeListener",
  "uncaughtException",
  "unhandledRejection",
  "SIGINT",
  "SIGTERM",
] as const;

type Listener = (...args: unknown[]) => void;
type Remove = (...args: unknown[]) => NodeJS.Process;

/**
 * Code in a cell cannot remove the listeners that are installed now, for example with `process.removeAllListeners()`: the
 * next rejection would end the kernel. Call it when all of the kernel's listeners are installed.
 */
export function keepListeners(): void {
  const emitter = process as NodeJS.EventEmitter;
  const kept = events.flatMap((event) =>
    emitter.rawListeners(event).map((listener) => [event, listener as Listener] as const),
  );
  const restore = (wanted: (event: string) => boolean) => {
    for (const [event, listener] of kept) {
      if (wanted(event) && !emitter.rawListeners(event).includes(listener)) emitter.on(event, listener);
    }
  };
  const methods = process as unknown as Record<string, Remove>;
  for (const name of ["removeAllListeners", "removeListener", "off"]) {
    const remove = methods[name] as Remove;
    methods[name] = (...args) => {
      remove.apply(process, args);
      restore((event) => event !== "SIGINT");
      // While a cell runs synchronously, Node itself removes the listeners of SIGINT, and adds them again afterwards.
      queueMicrotask(() => restore(() => true));
      return process;
    };
  }
}
