/** The longest time (ms) that a timer of Node can wait. */
const longestTimer = 2 ** 31 - 1;

/** Rejects with an error of this message when the promise does not settle in time; `Infinity` is no limit. */
export function within<T>(promise: Promise<T>, seconds: number, message: string): Promise<T> {
  if (seconds * 1000 > longestTimer) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(message)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Whether the promise is fulfilled in time; a rejection counts as no. */
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

/** A promise with its handles; `Promise.withResolvers` needs Node 22. A rejection that nobody awaits is no accident here. */
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
