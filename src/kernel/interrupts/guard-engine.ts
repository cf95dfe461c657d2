import type { InterruptRequests } from "./interrupt-requests";

/** The methods of the engine that change its tables. `runKernel` is also where an operation begins. */
const guarded = [
  "runKernel",
  "startScope",
  "endScope",
  "makeTensor",
  "makeTensorFromDataId",
  "makeVariable",
  "disposeTensor",
  "disposeVariable",
  "incRef",
] as const;

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Guarded = Record<(typeof guarded)[number], Method>;
type Variable = { assign: Method };

/** How long (ms) to wait for a signal that has been announced. */
const patience = 100;

const alreadyGuarded = new WeakSet<object>();
/** How many guarded methods are running inside each other. */
let depth = 0;

/**
 * Keeps signals out of the TensorFlow.js engine. A signal ends code without running `finally` blocks. Between two lines of
 * `Variable.assign()`, it would leave a variable without values.
 *
 * @param engine The engine of TensorFlow.js.
 * @param heed Called where an operation begins. Throws if the cell was interrupted.
 */
export function guardEngine(engine: object, interrupts: InterruptRequests, heed: () => void): void {
  depth = 0;
  interrupts.setInEngine(false);
  if (alreadyGuarded.has(engine)) return;
  alreadyGuarded.add(engine);

  function enter(): void {
    interrupts.setInEngine(true);
    if (!interrupts.isSignalComing()) return;
    interrupts.setInEngine(false);
    const end = Date.now() + patience;
    while (interrupts.isSignalComing() && Date.now() < end); // The signal ends this loop.
    interrupts.setInEngine(true);
  }

  function guard(method: Method, mayStop: boolean): Method {
    return function (this: unknown, ...args: unknown[]) {
      if (depth > 0) return method.apply(this, args);
      if (mayStop) heed();
      enter();
      depth++;
      try {
        return method.apply(this, args);
      } finally {
        depth--;
        interrupts.setInEngine(false);
      }
    };
  }

  const methods = engine as Guarded;
  for (const name of guarded) methods[name] = guard(methods[name], name === "runKernel");

  const { makeVariable } = methods;
  methods.makeVariable = function (this: unknown, ...args) {
    const variable = makeVariable.apply(this, args) as object;
    const prototype = Object.getPrototypeOf(variable) as Variable;
    if (!alreadyGuarded.has(prototype)) {
      alreadyGuarded.add(prototype);
      prototype.assign = guard(prototype.assign, false);
    }
    return variable;
  };
}
