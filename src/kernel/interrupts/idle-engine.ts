/** The parts of the TensorFlow.js engine that this file uses. */
interface EngineState {
  gradientDepth: number;
  kernelDepth: number;
  profiling: boolean;
  activeTape: { saved: { dispose(): void }[] }[] | null;
  scopeStack: object[];
  activeScope: object | null;
}

/** The state of the engine when a cell began. Scopes that cells opened on purpose (`tf.engine().startScope()`) stay open. */
export interface EngineMark {
  scopes: number;
  profiling: boolean;
}

/** The key under which libraries register functions that reset them to idle; see `jit/reset-tracing.ts`. */
const resetSymbol = Symbol.for("elbo-lab.resetAfterBreak");

const shared = globalThis as {
  /** All copies of TensorFlow.js in a process share one engine. */
  _tfengine?: { state: EngineState; endScope(): void };
  [resetSymbol]?: Set<() => void>;
};

/** The engine of TensorFlow.js, once a cell has loaded it. */
export const loadedEngine = () => shared._tfengine;

/**
 * Resets the gradient state of TensorFlow.js, and the hooks of this library, to idle. Between two cells they are idle,
 * unless an interrupt broke into synchronous code. Such an interrupt ends the code without running `finally` blocks, and
 * every later gradient would fail ("Cannot find a connection between any variable and the result of the loss function").
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
      // This function was interrupted in the middle of its own work; the others are still reset.
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
    // The interrupt came while the tensor was being disposed: TensorFlow has freed it, but the engine still lists it.
  }
}

/**
 * After an interrupt of synchronous code: also ends the scopes (`tf.tidy()`) that the code left open, which frees their
 * tensors.
 */
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
      // The interrupt came in the middle: some tensors are lost, but the scope does not stay open.
    }
    if (state.scopeStack.length === open) state.scopeStack.pop();
    state.activeScope = state.scopeStack.at(-1) ?? null;
  }
}
