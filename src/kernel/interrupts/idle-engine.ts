/** What this file uses of the engine of TensorFlow.js. */
interface Engine {
  state: {
    gradientDepth: number;
    kernelDepth: number;
    profiling: boolean;
    activeTape: { saved: { dispose(): void }[] }[] | null;
    scopeStack: object[];
    activeScope: object | null;
  };
  endScope(): void;
}

/** How the engine was when a cell began; what cells have opened on purpose (`tf.engine().startScope()`) stays open. */
export interface EngineState {
  scopes: number;
  profiling: boolean;
}

/** Every copy of TensorFlow.js in a process shares one engine. */
const engine = () => (globalThis as { _tfengine?: Engine })._tfengine;

/** What libraries want undone after broken code: every copy of elbo-lab in the process leaves its function here. */
const resets = (): Iterable<() => void> =>
  (globalThis as { [key: symbol]: Set<() => void> | undefined })[Symbol.for("elbo-lab.resetAfterBreak")] ?? [];

/**
 * Puts the gradients of TensorFlow.js, and the library's own hooks, at rest, which is how they are between two cells
 * unless synchronous code was broken off: an interrupt ends it without running `finally` blocks, and without this every
 * gradient would be wrong until a restart ("Cannot find a connection between any variable and the result").
 */
export function restEngine(): EngineState {
  const state = engine()?.state;
  for (const { saved } of state?.activeTape ?? []) for (const tensor of saved) tensor.dispose();
  if (state !== undefined) {
    state.gradientDepth = state.kernelDepth = 0;
    state.activeTape = null;
  }
  for (const reset of resets()) reset();
  if (state === undefined) return { scopes: 0, profiling: false };
  return { scopes: state.scopeStack.length, profiling: state.profiling };
}

/** After a break: also ends the scopes (`tf.tidy()`) that the broken code has left open, which frees their tensors. */
export function restBrokenEngine(before: EngineState): void {
  restEngine();
  const tensorflow = engine();
  if (tensorflow === undefined) return;
  const { state } = tensorflow;
  state.profiling = before.profiling;
  const innermost = () => state.scopeStack.at(-1) ?? null;
  while (state.scopeStack.length > before.scopes) {
    const open = state.scopeStack.length;
    state.activeScope = innermost();
    try {
      tensorflow.endScope();
    } catch {
      // Broken off in the middle: its tensors are lost, the scope is not kept open for them.
    }
    if (state.scopeStack.length === open) state.scopeStack.pop();
  }
  state.activeScope = innermost();
}
