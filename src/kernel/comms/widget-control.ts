import type { CommMessage } from "../../display/comms";
import type { Publish } from "../cell/cell";
import type { CommRegistry, OpenComm } from "./comm-registry";

/** The target that a front end opens to ask for all widgets at once. */
export const controlTarget = "jupyter.widget.control";

/** The target of a widget. */
const widgetTarget = "jupyter.widget";
const controlVersion = "1.0.0";

/**
 * The comm that a front end opens after its page was reloaded. It answers `request_states` with the states of all widgets,
 * as version 1.0.0 of the widgets' control protocol has it.
 */
export function widgetControl(id: string, registry: CommRegistry): OpenComm {
  return {
    id,
    target: controlTarget,
    closed: () => undefined,
    receive({ data }, publish) {
      if (data.method !== "request_states") {
        throw new Error(`the method ${JSON.stringify(data.method)} of ${controlTarget} is not "request_states"`);
      }
      const { data: states, buffers } = allStates(registry);
      publish(
        "comm_msg",
        { comm_id: id, data: { method: "update_states", ...states } },
        { metadata: { version: controlVersion }, buffers },
      );
    },
  };
}

/** The states of all widgets by id. The path of a buffer begins with the id of its widget. */
function allStates(registry: CommRegistry): CommMessage {
  const states: Record<string, unknown> = {};
  const paths: unknown[][] = [];
  const buffers: Uint8Array[] = [];
  for (const { id, target, state: stateOf } of registry.list()) {
    if (target !== widgetTarget || stateOf === undefined) continue;
    const { data, buffers: own } = stateOf();
    const state = data.state as Record<string, unknown>;
    states[id] = {
      model_name: state._model_name,
      model_module: state._model_module,
      model_module_version: state._model_module_version,
      state,
    };
    for (const path of data.buffer_paths as unknown[][]) paths.push([id, "state", ...path]);
    buffers.push(...own);
  }
  return { data: { states, buffer_paths: paths }, buffers };
}

/** Answers the front end's wish to open a comm: only the control comm is known. Any other target is closed at once. */
export function openForFrontEnd(id: string, target: unknown, registry: CommRegistry, publish: Publish): void {
  if (target === controlTarget) registry.add(widgetControl(id, registry));
  else publish("comm_close", { comm_id: id, data: {} });
}
