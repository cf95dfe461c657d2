import { createEnd } from "./end-kernel";
import { createCellRunner } from "./execution/cell-runner";
import { installFrontEnd } from "./front-end";
import { loadTslab } from "./load-tslab";
import { commIgnored, commInfo, commOpen } from "./messages/comms";
import { complete } from "./messages/complete";
import { execute } from "./messages/execute";
import { createHistory } from "./messages/history";
import { inspect } from "./messages/inspect";
import { interrupt } from "./messages/interrupt";
import { isComplete } from "./messages/is-complete";
import { kernelInfo } from "./messages/kernel-info";
import { shutdown } from "./messages/shutdown";
import { interruptRequests } from "./protocol/interrupt-requests";
import { type Handlers, openServer } from "./protocol/server";
import { createAbortQueue } from "./repairs/abort-queue";
import { hideMarksOfPromises } from "./repairs/async-marks";
import { installCellFunctions } from "./repairs/cell-functions";
import { interruptCell } from "./repairs/interrupts";
import { keepProcess } from "./repairs/kept-process";
import { attributeFailures } from "./repairs/late-failures";
import { quietOwnWarnings } from "./repairs/quiet-warnings";
import { installReadableStacks } from "./repairs/readable-stacks";
import { installRestingTimers } from "./repairs/resting-timers";
import { routeStreams } from "./repairs/stream-outputs";
import { offerTerminal } from "./repairs/terminal-streams";
import { sendBundles } from "./repairs/whole-bundles";

/** Starts the kernel of the notebook in the current folder. */
export async function startKernel(connectionFile: string): Promise<void> {
  const server = await openServer(connectionFile);
  const interrupts = interruptRequests();
  const runner = createCellRunner(process.cwd(), interrupts);
  sendBundles(loadTslab().jupyter);

  quietOwnWarnings();
  installReadableStacks();
  hideMarksOfPromises();
  installRestingTimers();
  routeStreams();
  offerTerminal();
  keepProcess();
  attributeFailures();
  installFrontEnd();
  installCellFunctions();

  const interruptRunning = () => {
    interrupts.settle();
    interruptCell((cell, reason) => runner.stop(cell, reason));
  };
  process.on("SIGINT", () => {
    interrupts.settleSignals();
    interruptRunning();
  });
  const end = createEnd(server.close);
  process.on("SIGTERM", end);

  const history = createHistory();
  const handlers: Handlers = {
    kernel_info_request: kernelInfo,
    execute_request: execute(runner, createAbortQueue(server.received), history),
    complete_request: complete(runner),
    inspect_request: inspect(runner),
    is_complete_request: isComplete,
    history_request: history.request,
    comm_info_request: commInfo,
    comm_open: commOpen,
    comm_msg: commIgnored,
    comm_close: commIgnored,
    interrupt_request: interrupt(interrupts, interruptRunning),
    shutdown_request: shutdown(end),
  };
  await server.serve(handlers, interrupts, end);
}
