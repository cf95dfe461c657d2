/** The longest time (ms) that a Node timer can wait. */
const longestTimer = 2 ** 31 - 1;

/** Rejects with an error with this message if the promise does not settle in time; `Infinity` means no limit. */
export function within<T>(promise: Promise<T>, seconds: number, message: string): Promise<T> {
  if (seconds * 1000 > longestTimer) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(message)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Whether the promise is fulfilled in time; false if it rejects. */
export function settles(promise: Promise<unknown>, seconds: number): Promise<boolean> {
  return within(promise, seconds, "late").then(
    () => true,
    () => false,
  );
}

/** Something took longer than its limit. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** A promise with its resolvers (`Promise.withResolvers` needs Node 22). An unhandled rejection is allowed here. */
export class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined);
  }
}
