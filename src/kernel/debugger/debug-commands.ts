import { readFileSync } from "node:fs";
import type { Runtime } from "node:inspector";
import { cellNaming, cellPath } from "./cell-path";
import type { DebugTarget } from "./debug-target";
import { describeValue } from "./describe-value";
import { frameScopes } from "./frame-scopes";
import { agentName } from "./main-inspector";
import { type StackFrame, toDapFrame } from "./stack-frame";

/** The arguments of a request of the Debug Adapter Protocol. */
export type DapArguments = Record<string, unknown>;

/** Answers a request with the body of the response. */
export type DebugCommand = (target: DebugTarget, args: DapArguments) => Promise<object> | object;

/** The capabilities that `initialize` declares. */
export const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsModulesRequest: true,
  supportsEvaluateForHovers: true,
  exceptionBreakpointFilters: [{ filter: "raised", label: "Raised Exceptions", default: false }],
};

const thread = { id: 1, name: "main" };

/** The requests that need an attached debugger. */
export const debugCommands: Readonly<Record<string, DebugCommand>> = {
  configurationDone: () => ({}),
  async setBreakpoints({ breakpoints }, args) {
    const { path = "" } = (args.source ?? {}) as { path?: string };
    const lines = ((args.breakpoints ?? []) as { line: number }[]).map(({ line }) => line);
    return { breakpoints: await breakpoints.set(path, lines) };
  },
  async setExceptionBreakpoints({ inspector }, { filters = [] }) {
    const state = (filters as string[]).includes("raised") ? "all" : "none";
    await inspector.post("Debugger.setPauseOnExceptions", { state });
    return {};
  },
  threads: () => ({ threads: [thread] }),
  stackTrace(target, { startFrame = 0, levels }) {
    const frames = target.pauses.frames().map(toDapFrame);
    const start = Number(startFrame);
    const end = levels ? start + Number(levels) : undefined;
    return { stackFrames: frames.slice(start, end), totalFrames: frames.length };
  },
  scopes(target, { frameId }) {
    const frame = target.pauses.frames().find(({ id }) => id === Number(frameId));
    // The pause has just ended. JupyterLab accepts only a list.
    if (frame === undefined) return { scopes: [] };
    const { locals, closure } = frameScopes(frame, target.values);
    const scope = (name: string, read: Parameters<typeof target.values.refer>[0]) => {
      return { name, variablesReference: target.values.refer(read), expensive: false };
    };
    return {
      scopes: [
        scope("Locals", locals),
        ...(closure === undefined ? [] : [scope("Closure", closure)]),
        scope("Globals", () => notebookVariables(target)),
      ],
    };
  },
  variables: async ({ values }, args) => ({ variables: await values.read(Number(args.variablesReference)) }),
  inspectVariables: async (target) => ({ variables: await notebookVariables(target) }),
  async richInspectVariables(target, { variableName, frameId }) {
    const value = await evaluate(target, String(variableName), frameId);
    return { data: { "text/plain": describeValue(value) }, metadata: {} };
  },
  async evaluate(target, { expression, frameId }) {
    const value = await evaluate(target, String(expression), frameId);
    const { value: result, variablesReference } = target.values.toVariable("", value);
    return { result, type: value.type, variablesReference };
  },
  async continue(target) {
    await target.pauses.proceed("resume");
    return { allThreadsContinued: true };
  },
  next: (target) => target.pauses.proceed("stepOver").then(() => ({})),
  stepIn: (target) => target.pauses.proceed("stepInto").then(() => ({})),
  stepOut: (target) => target.pauses.proceed("stepOut").then(() => ({})),
  pause: (target) => target.pauses.pause().then(() => ({})),
  modules({ scripts }) {
    const files = [...scripts.values()].filter(({ source }) => source === undefined);
    const modules = files.map(({ path }, id) => ({ id, name: path.split("/").at(-1), path }));
    return { modules, totalModules: modules.length };
  },
};

/** The requests that are also answered without a debugger. */
export const idleCommands: Readonly<Record<string, (target: DebugTarget | undefined, args: DapArguments) => object>> = {
  debugInfo: (target) => ({
    isStarted: target !== undefined,
    ...cellNaming,
    breakpoints: target?.breakpoints.list() ?? [],
    stoppedThreads: (target?.pauses.frames().length ?? 0) > 0 ? [thread.id] : [],
    richRendering: false,
    exceptionPaths: [],
    copyToGlobals: false,
  }),
  dumpCell: (_, { code }) => ({ sourcePath: cellPath(String(code)) }),
  source(target, args) {
    const { path = "" } = (args.source ?? {}) as { path?: string };
    const cell = [...(target?.scripts.values() ?? [])].find((script) => script.path === path);
    return { content: cell?.source ?? readFileSync(path, "utf8"), mimeType: "text/typescript" };
  },
};

function frameOf(target: DebugTarget, frameId: unknown): StackFrame {
  const frame = target.pauses.frames().find(({ id }) => id === Number(frameId));
  if (frame === undefined) throw new Error(`there is no frame with the id ${frameId}`);
  return frame;
}

async function notebookVariables({ inspector, values }: DebugTarget) {
  const { result } = await inspector.evaluate(`${agentName}.values()`);
  const found = result.objectId === undefined ? [] : await values.properties(result.objectId);
  return found.flatMap(({ name, value }) => (value === undefined ? [] : values.toVariable(name, value, name)));
}

/** Evaluates TypeScript in a frame, or in the notebook if nothing is paused. Throws what the code throws. */
async function evaluate(target: DebugTarget, code: string, frameId: unknown): Promise<Runtime.RemoteObject> {
  const { inspector, values } = target;
  const isPaused = target.pauses.frames().length > 0;
  const frame = isPaused ? frameOf(target, frameId ?? target.pauses.frames()[0]?.id) : undefined;
  const names = frame === undefined ? [] : await frameScopes(frame, values).names();
  const expression = await inspector.call("compile", code, names, `${agentName}.variables`);
  const { result, exceptionDetails } =
    frame === undefined
      ? await inspector.evaluate(expression)
      : await inspector.post<Runtime.EvaluateReturnType>("Debugger.evaluateOnCallFrame", {
          ...{ callFrameId: frame.raw.callFrameId, expression, silent: true, generatePreview: true },
        });
  if (exceptionDetails === undefined) return result;
  throw new Error(result.description?.split("\n", 1)[0] ?? describeValue(result));
}
