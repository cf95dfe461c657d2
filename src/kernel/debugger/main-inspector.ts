import type { Debugger, Runtime } from "node:inspector";
import { Session } from "node:inspector";
import type { DebugAgent } from "./debug-agent";

/** Where the main thread keeps its `DebugAgent`: a property of the cell bridge (`cell-bridge.ts`). */
export const agentName = "__cell__.debugger";

/** What the inspector reports. */
export interface InspectorListener {
  paused(event: Debugger.PausedEventDataType): void;
  resumed(): void;
  /** V8 has compiled a script. */
  scriptParsed(event: Debugger.ScriptParsedEventDataType): void;
}

type AgentFunction = Exclude<keyof DebugAgent, "variables">;

/** The inspector of the main thread, used from the control thread. It also answers while the main thread is paused. */
export interface MainInspector {
  /** Sends a command of the inspector protocol. */
  post<T = object>(method: string, params?: object): Promise<T>;
  /** Calls a function of the agent. Arguments and result are copied as JSON. */
  call<N extends AgentFunction>(name: N, ...args: Parameters<DebugAgent[N]>): Promise<ReturnType<DebugAgent[N]>>;
  /** Evaluates an expression in the main thread, without stopping at breakpoints. */
  evaluate(expression: string): Promise<Runtime.EvaluateReturnType>;
  close(): void;
}

/** Connects to the inspector of the main thread. */
export function openMainInspector(listener: InspectorListener): MainInspector {
  const session = new Session();
  session.connectToMainThread();
  session.on("Debugger.paused", ({ params }) => listener.paused(params));
  session.on("Debugger.resumed", () => listener.resumed());
  session.on("Debugger.scriptParsed", ({ params }) => listener.scriptParsed(params));

  function post<T>(method: string, params: object = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      session.post(method, params, (error, result) => (error ? reject(asError(error)) : resolve(result as T)));
    });
  }
  function evaluate(expression: string, returnByValue = false): Promise<Runtime.EvaluateReturnType> {
    const quiet = { silent: true, disableBreaks: true, generatePreview: !returnByValue };
    return post("Runtime.evaluate", { expression, returnByValue, ...quiet });
  }
  return {
    post,
    async call(name, ...args) {
      const { result, exceptionDetails } = await evaluate(
        `${agentName}.${name}(...${JSON.stringify(args)})`,
        name !== "deliver",
      );
      if (exceptionDetails !== undefined) throw new Error(result.description ?? exceptionDetails.text);
      return result.value;
    },
    evaluate,
    close: () => session.disconnect(),
  };
}

function asError(error: Error): Error {
  // The inspector passes a plain object.
  return error instanceof Error ? error : new Error((error as { message: string }).message);
}
