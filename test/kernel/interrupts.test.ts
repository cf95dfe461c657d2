import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireMessage } from "../../src/jupyter/wire-message";
import type { Execution, KernelClient } from "../../src/notebook/kernel-client";
import { type Outcome, outcome, pause, run, startTestKernel, until } from "./test-kernel";

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
  await cell(`const signalOfCell = () => (globalThis as any)[Symbol.for("elbo-lab.frontEnd")].interruptSignal as AbortSignal;
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));`);
});
afterAll(() => kernel.kill());

// Node loses a signal that comes at the very end of synchronous code, and the test's cells print just before theirs.
const bySignal = async () => {
  await pause(100);
  kernel.process.signal("SIGINT");
};
const byMessage = async () => {
  expect((await kernel.request("interrupt_request", {}, { channel: "control" })).content.status).toBe("ok");
};

/** Starts a cell that prints "started", and interrupts it then. */
async function interrupted(code: string, interrupt: () => Promise<void>): Promise<Outcome> {
  let started = false;
  const running: Execution = kernel.execute(code, {
    onMessage: ({ header }) => {
      if (header.msg_type === "stream") started = true;
    },
  });
  await until(() => started, "the cell starts");
  await interrupt();
  const { reply, messages } = await running.done;
  return outcome(reply, messages);
}

describe.each([
  ["the signal", bySignal],
  ["interrupt_request", byMessage],
])("an interrupt by %s", (_, interrupt) => {
  it.each([
    ["an endless loop", `console.log("started"); while (true);`],
    ["an endless loop of an async cell, before its first await", `console.log("started"); while (true); await null;`],
    ["a cell that waits for ever", `console.log("started"); await new Promise(() => {});`],
    ["a loop that awaits timers", `console.log("started"); while (true) await sleep(10);`],
    [
      "a recursion through timers",
      `const again = () => { setTimeout(again, 10); }; again(); console.log("started"); await new Promise(() => {});`,
    ],
  ])("ends %s", async (_name, code) => {
    const { status, error } = await interrupted(code, interrupt);
    expect(status).toBe("error");
    expect(error).toBe("KeyboardInterrupt: the cell was interrupted");
    expect((await cell(`"usable"`)).text).toBe("'usable'");
  });

  it("ends a cell the very moment it has printed", async () => {
    if (interrupt === bySignal) return;
    for (let n = 0; n < 10; n++) {
      const { error } = await interrupted(`console.log("started"); await new Promise(() => {});`, interrupt);
      expect(error).toBe("KeyboardInterrupt: the cell was interrupted");
    }
  });

  it.each([
    ["settled promises", `console.log("started"); while (true) await null;`],
    [
      "settled promises, whose finally block awaits",
      `try { console.log("started"); while (true) await 1; } finally { await 2; }`,
    ],
    [
      "operations of TensorFlow.js after an await",
      `import { tf } from "elbo-lab"; console.log("started"); await null; while (true) tf.ones([4]).square().dispose();`,
    ],
  ])("ends a loop of %s", async (_name, code) => {
    if (interrupt === bySignal) return; // A bare signal waits until the code returns to the event loop.
    expect((await interrupted(code, interrupt)).error).toBe("KeyboardInterrupt: the cell was interrupted");
    expect((await cell(`"usable"`)).text).toBe("'usable'");
  });

  it("reaches training that nobody awaits, also after its cell has ended", async () => {
    const { error } = await cell(`import { fit, tf, vae } from "elbo-lab";
      let stopReason: string | undefined;
      const unwatched = fit(vae({ dataShape: [4], latentDim: 2 }), tf.zeros([64, 4]), { epochs: 1_000_000, progress: false });
      unwatched.then((history) => { stopReason = history.stopReason; }); 0`);
    expect(error).toBeUndefined();
    await interrupt();
    // The interrupt may come a moment later, and stop a cell that asks.
    let text: unknown;
    for (let asked = 0; asked < 200 && text !== "'interrupted'"; asked++) {
      await pause(50);
      text = (await cell(`stopReason`)).text;
    }
    expect(text).toBe("'interrupted'");
  });

  it("between cells does nothing", async () => {
    await interrupt();
    await pause(50);
    expect((await cell(`await sleep(50); "untouched"`)).text).toBe("'untouched'");
  });
});

describe("after an interrupt", () => {
  it("the loops of the cell stand still, and their finally blocks have run", async () => {
    await cell(`let rounds = 0; let ended = ""; let ticks = 0;`);
    await interrupted(
      `console.log("started"); setInterval(() => { ticks++; }, 5);
       const inner = async () => { try { while (true) { await sleep(5); rounds++; } } finally { ended += "inner"; } };
       const stream = async function* () { while (true) { yield await new Promise((r) => process.nextTick(r, 1)); await sleep(5); } };
       await Promise.all([inner(), (async () => { for await (const n of stream()) rounds += 1; })()]);`,
      bySignal,
    );
    await pause(100);
    const { text } = await cell(`[rounds, ticks]`);
    await pause(100);
    expect((await cell(`[rounds, ticks]`)).text).toBe(text);
    expect((await cell(`ended`)).text).toBe("'inner'");
  });

  it("variables that were set are known", async () => {
    await interrupted(`let reached = 7; console.log("started"); await sleep(100_000); let notReached = 8;`, bySignal);
    expect((await cell(`reached`)).text).toBe("7");
    expect((await cell(`notReached`)).error).toMatch(/TS2304|TS2552/);
  });

  it("cells that waited are aborted", async () => {
    let waiting: Execution | undefined;
    await interrupted(`console.log("started"); await sleep(100_000)`, async () => {
      waiting = kernel.execute(`"must not run"`);
      await bySignal();
    });
    expect((await waiting?.reply)?.content.status).toBe("aborted");
  });
});

describe("a cell that has asked for the interrupt's signal", () => {
  const patient = `const signal = signalOfCell(); console.log("started"); while (!signal.aborted) await sleep(10); await sleep(200);`;

  it("stops by itself, and ends well", async () => {
    const { status, text, error } = await interrupted(`${patient} "the last good step"`, bySignal);
    expect(error).toBeUndefined();
    expect(status).toBe("ok");
    expect(text).toBe("'the last good step'");
  });

  it("takes cells that waited with it all the same", async () => {
    let waiting: Execution | undefined;
    const { status } = await interrupted(patient, async () => {
      waiting = kernel.execute(`"must not run"`);
      await bySignal();
    });
    expect(status).toBe("ok");
    expect((await waiting?.reply)?.content.status).toBe("aborted");
  });

  it("may end with the signal's reason", async () => {
    const { error } = await interrupted(`${patient} signal.throwIfAborted();`, byMessage);
    expect(error).toBe("KeyboardInterrupt: the cell was interrupted");
  });

  it("is stopped by a second interrupt", async () => {
    const { error } = await interrupted(
      `signalOfCell(); console.log("started"); while (true) await sleep(10);`,
      async () => {
        await bySignal();
        await pause(300);
        await bySignal();
      },
    );
    expect(error).toBe("KeyboardInterrupt: the cell was interrupted");
  });

  it("is stopped after some seconds", async () => {
    const { error } = await interrupted(
      `signalOfCell(); console.log("started"); while (true) await sleep(10);`,
      bySignal,
    );
    expect(error).toBe(
      "KeyboardInterrupt: the cell was interrupted, and stopped when it had not ended by itself after 5 s",
    );
  });

  it("gets a fresh one in every cell", async () => {
    expect((await cell(`signalOfCell().aborted`)).text).toBe("false");
  });
});

describe("while a cell is in synchronous code", () => {
  it("the heartbeat answers", async () => {
    let started = false;
    const running = kernel.execute(`console.log("started"); while (true);`, {
      onMessage: ({ header }: WireMessage) => {
        if (header.msg_type === "stream") started = true;
      },
    });
    await until(() => started, "the cell starts");
    expect(await kernel.heartbeat(60)).toBe(true);
    await bySignal();
    expect((await running.reply).content.status).toBe("error");
  });
});
