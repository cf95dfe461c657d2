import { bridgeName } from "../execution/cell-bridge";
import type { DebugAgent } from "./debug-agent";

/** Puts the agent where the control thread finds it (`main-inspector.ts`). */
export function installDebugAgent(agent: DebugAgent): void {
  const bridge = (globalThis as unknown as Record<string, Record<string, unknown>>)[bridgeName];
  if (bridge === undefined) throw new Error("the cell bridge is not installed");
  bridge.debugger = agent;
}
