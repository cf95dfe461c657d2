import { loadTslab } from "./base/load-tslab";
import { hideMarksOfPromises } from "./cell/async-marks";
import { installRestingTimers } from "./cell/resting-timers";
import { createCommRegistry } from "./comms/comm-registry";
import { installComms } from "./comms/install-comms";
import { createCellCompiler } from "./compiler/cell-compiler";
import { createCompilerFacade } from "./compiler/compiler-facade";
import { createDebugAgent } from "./debugger/debug-agent";
import { installDebugAgent } from "./debugger/install-debug-agent";
import { attributeFailures } from "./errors/late-failures";
import { quietOwnWarnings } from "./errors/quiet-warnings";
import { installReadableStacks } from "./errors/readable-stacks";
import { bridgeName } from "./execution/cell-bridge";
import { createCellRunner } from "./execution/cell-runner";
import { createAsk } from "./input/ask";
import { installPrompt } from "./input/install-prompt";
import { installReadline } from "./input/install-readline";
import { interruptRequests } from "./interrupts/interrupt-requests";
import { createApiReference } from "./language/api-reference";
import { createAbortQueue } from "./messages/abort-queue";
import { commClose, commInfo, commMessage, commOpen } from "./messages/comms";
import { complete } from "./messages/complete";
import { execute } from "./messages/execute";
import { createInputHistory } from "./messages/input-history";
import { inspect } from "./messages/inspect";
import { interrupt } from "./messages/interrupt";
import { isComplete } from "./messages/is-complete";
import { kernelInfo } from "./messages/kernel-info";
import { shutdown } from "./messages/shutdown";
import { installCellFunctions } from "./output/cell-functions";
import { captureInheritedStreams } from "./output/inherited-streams";
import { installFrontEnd } from "./output/install-front-end";
import { sendBundles } from "./output/send-display";
import { routeStreams } from "./output/stream-outputs";
import { offerTerminal } from "./output/terminal-streams";
import { createEnd } from "./process/end-kernel";
import { keepListeners } from "./process/keep-listeners";
import { keepProcess } from "./process/kept-process";
import { type Handlers, openServer } from "./protocol/server";

/** Starts the kernel of the notebook in the current folder. */
export async function serveKernel(connectionFile: string): Promise<void> {
  const server = await openServer(connectionFile);
  const interrupts = interruptRequests();
  const folder = process.cwd();
  const facade = createCompilerFacade(folder, bridgeName);
  const tslab = loadTslab(facade.typescript);
  const compiler = createCellCompiler(folder, facade, tslab);
  let isDebugged = false;
  const runner = createCellRunner(folder, compiler, tslab.publicApi, interrupts, () =>
    isDebugged ? server.prepareDebugger() : undefined,
  );
  installDebugAgent(
    createDebugAgent(runner.variables, server.deliver, (attached) => {
      isDebugged = attached;
    }),
  );
  sendBundles(tslab.jupyter);

  quietOwnWarnings();
  installReadableStacks();
  hideMarksOfPromises();
  installRestingTimers();
  routeStreams();
  offerTerminal();
  captureInheritedStreams();
  keepProcess();
  attributeFailures();
  installFrontEnd();
  installCellFunctions();
  const ask = createAsk(server.stdin, runner.checkpoint);
  installPrompt(ask);
  installReadline(ask);

  const comms = createCommRegistry();
  installComms(comms, interrupts, runner.checkpoint);

  process.on("SIGINT", () => {
    interrupts.settleSignals();
    runner.interrupt();
  });
  const end = createEnd(server.close);
  process.on("SIGTERM", end);
  keepListeners();

  const history = createInputHistory();
  const reference = createApiReference(connectionFile);
  const handlers: Handlers = {
    kernel_info_request: kernelInfo(reference),
    execute_request: execute(runner, createAbortQueue(server.received), history, comms.freeCells),
    complete_request: complete(compiler),
    inspect_request: inspect(compiler, reference),
    is_complete_request: isComplete,
    history_request: history.request,
    comm_info_request: commInfo(comms),
    comm_open: commOpen(comms),
    comm_msg: commMessage(comms),
    comm_close: commClose(comms),
    interrupt_request: interrupt(interrupts, runner.interrupt),
    shutdown_request: shutdown(end),
  };
  // The first program takes a second to build. The time of the first cell does not include it.
  compiler.ask("", () => undefined);
  await server.serve(handlers, interrupts, end);
}
