import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelClient } from "../../src/notebook/kernel-client";
import { type Outcome, outcome, pause, run, startTestKernel, until } from "./test-kernel";

/**
 * An interrupt breaks into synchronous code anywhere, also between `gradientDepth++` and `gradientDepth--`, and no
 * `finally` block runs. The moments are random; a fault that is there in one of ten is found all but certainly.
 */
const interruptsOfEach = 20;
/** Longest wait (ms) before an interrupt: several rounds of every loop. */
const longestWait = 60;

let kernel: KernelClient;
const cell = (code: string) => run(kernel, code);
beforeAll(async () => {
  kernel = await startTestKernel();
  const { error } = await cell(`import { fit, jit, tf, vae } from "elbo-lab";
    const w = tf.variable(tf.ones([8, 8]));
    const x = tf.ones([16, 8]);
    const optimizer = tf.train.adam(0.01);
    const loss = () => tf.matMul(x, w).sub(1).square().mean() as tf.Scalar;
    const engineState = () => {
      const { gradientDepth, kernelDepth, scopeStack, activeScope, activeTape } = (tf.engine() as any).state;
      return JSON.stringify({ gradientDepth, kernelDepth, scopes: scopeStack.length, activeScope, activeTape });
    };
    const idle = engineState();`);
  expect(error).toBeUndefined();
});
afterAll(() => kernel.kill());

/** Starts a cell that prints "started", and interrupts it a random while later. */
async function breakInto(code: string): Promise<Outcome> {
  let started = false;
  const running = kernel.execute(`console.log("started"); ${code}`, {
    onMessage: ({ header }) => {
      if (header.msg_type === "stream") started = true;
    },
  });
  await until(() => started, "the cell starts");
  await pause(Math.random() * longestWait);
  // A bare signal would not do: Node may keep one for the next cell. The kernel repeats and settles what a message asks for.
  await kernel.interrupt();
  const { reply, messages } = await running.done;
  return outcome(reply, messages);
}

describe("after interrupts at random moments", () => {
  it.each([
    ["minimize()", `while (true) optimizer.minimize(loss);`],
    ["tf.grad()", `const gradient = tf.grad((v: tf.Tensor) => v.square().sum()); while (true) gradient(x).dispose();`],
    ["nested tidy()", `while (true) tf.tidy(() => tf.tidy(() => tf.grads((a, b) => a.mul(b).sum())([x, x])));`],
    [
      "jit() that traces",
      `while (true) { const step = jit(() => optimizer.minimize(loss, true)!); step().dispose(); step.dispose(); }`,
    ],
    [
      "fit() that traces",
      // Nothing may run without an await after the first one: Node offers no way to break into that.
      `let interrupted = false;
       while (!interrupted) {
         const model = vae({ dataShape: [8], latentDim: 2 });
         const { stopReason } = await fit(model, tf.zeros([64, 8]), { epochs: 3, batchSize: 16 });
         interrupted = stopReason === "interrupted";
         model.dispose();
       }`,
    ],
  ])("of %s, the engine is idle and everything trains", async (_, code) => {
    for (let n = 0; n < interruptsOfEach; n++) {
      await breakInto(code);
      const { error, text } = await cell(`[engineState() === idle, tf.tidy(() => {
        const gradient = tf.grad((v: tf.Tensor) => v.square().sum())(tf.tensor1d([1, 2, 3]));
        return Array.from(gradient.dataSync());
      })]`);
      expect({ n, error, text }).toEqual({ n, error: undefined, text: "[ true, [ 2, 4, 6 ] ]" });
    }
    const trained = await cell(`{
      const before = loss().dataSync()[0]!;
      w.assign(tf.ones([8, 8]));
      const step = jit(() => optimizer.minimize(loss, true)!);
      const first = step().dataSync()[0]!;
      for (let n = 0; n < 50; n++) tf.tidy(() => step());
      const model = vae({ dataShape: [8], latentDim: 2 });
      const history = await fit(model, tf.zeros([64, 8]), { epochs: 30, batchSize: 16, learningRate: 0.01 });
      const losses = history.rows.map((row) => Number(row.loss));
      console.log(JSON.stringify([Number.isFinite(before), loss().dataSync()[0]! < first, losses.at(-1)! < losses[0]!]));
    }`);
    expect(trained.error).toBeUndefined();
    expect(trained.stdout).toContain("[true,true,true]");
  });

  it("what a cell opened on purpose stays open", async () => {
    await cell(`tf.engine().startScope();`);
    expect((await cell(`const inScope = tf.scalar(5); (tf.engine() as any).state.scopeStack.length`)).text).toBe("1");
    await breakInto(`while (true) tf.tidy(() => x.square());`);
    expect((await cell(`(tf.engine() as any).state.scopeStack.length`)).text).toBe("1");
    expect((await cell(`tf.engine().endScope(); inScope.isDisposed`)).text).toBe("true");
  });
});
