/** What this file uses of the engine of TensorFlow.js. */
interface EngineState {
  gradientDepth: number;
  kernelDepth: number;
  profiling: boolean;
  activeTape: { saved: { dispose(): void }[] }[] | null;
  scopeStack: object[];
  activeScope: object | null;
}

/** How the engine was when a cell began; what cells have opened on purpose (`tf.engine().startScope()`) stays open. */
export interface EngineMark {
  scopes: number;
  profiling: boolean;
}

/** Where libraries leave functions that put them back to idle; see `jit/reset-tracing.ts`. */
const resetSymbol = Symbol.for("elbo-lab.resetAfterBreak");

const shared = globalThis as {
  /** All copies of TensorFlow.js in a process share one engine. */
  _tfengine?: { state: EngineState; endScope(): void };
  [resetSymbol]?: Set<() => void>;
};

/**
 * Puts the gradients of TensorFlow.js, and the hooks of this library, back to idle. Between two cells they are idle, unless
 * an interrupt broke off synchronous code: that ends it without running `finally` blocks, and from then on every gradient
 * would fail ("Cannot find a connection between any variable and the result of the loss function").
 */
export function resetEngine(): EngineMark {
  const state = shared._tfengine?.state;
  const scopes = state?.scopeStack ?? [];
  const tape = state?.activeTape ?? [];
  if (state !== undefined) {
    state.gradientDepth = state.kernelDepth = 0;
    state.activeTape = null;
  }
  for (const { saved } of tape) for (const tensor of saved) disposeQuietly(tensor);
  for (const reset of shared[resetSymbol] ?? []) {
    try {
      reset();
    } catch {
      // It was broken off in the middle of its own work; the others are reset all the same.
    }
  }
  if (state === undefined) return { scopes: 0, profiling: false };
  state.scopeStack = scopes;
  state.activeScope = scopes.at(-1) ?? null;
  return { scopes: scopes.length, profiling: state.profiling };
}

function disposeQuietly(tensor: { dispose(): void }): void {
  try {
    tensor.dispose();
  } catch {
    // The break came in the middle of disposing of it: TensorFlow has freed it, and only the engine still lists it.
  }
}

/** After a break: also ends the scopes (`tf.tidy()`) that the broken code has left open, which frees their tensors. */
export function resetBrokenEngine(before: EngineMark): void {
  resetEngine();
  const engine = shared._tfengine;
  if (engine === undefined) return;
  const { state } = engine;
  state.profiling = before.profiling;
  while (state.scopeStack.length > before.scopes) {
    const open = state.scopeStack.length;
    try {
      engine.endScope();
    } catch {
      // Broken off in the middle: some of its tensors are lost, but the scope does not stay open.
    }
    if (state.scopeStack.length === open) state.scopeStack.pop();
    state.activeScope = state.scopeStack.at(-1) ?? null;
  }
}
