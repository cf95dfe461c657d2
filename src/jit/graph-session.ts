import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { tf } from "../runtime/tensorflow";
import { nativeBackend } from "./native-backend";
import { sessionConfig, type Threads } from "./session-threads";

/** A graph loaded into TensorFlow; its variables live in it. */
export interface GraphSession {
  /** Feeds tensors to the nodes named, comma-separated, and fetches others. */
  run(inputs: tf.Tensor[], feed: string, fetch: string): tf.Tensor[];
  /** Fetches values as handles of TensorFlow, which the caller owns. */
  fetch(fetch: string): number[];
  dispose(): void;
}

/**
 * Loads a graph. The binding's one way in is a SavedModel in a folder, which is gone again before this returns.
 *
 * @param savedModel the bytes of a saved_model.pb
 * @param threads how it uses the cores; as the process does, if left out
 */
export function openGraphSession(savedModel: Uint8Array, threads?: Threads): GraphSession {
  const backend = nativeBackend();
  const { binding } = backend;
  const directory = mkdtempSync(join(tmpdir(), "elbo-lab-jit-"));
  let session: number;
  try {
    writeFileSync(join(directory, "saved_model.pb"), savedModel);
    // The addon of this library's set-up reads it when it opens a session; another one opens all sessions alike.
    if (threads !== undefined) process.env.ELBO_LAB_SESSION_CONFIG = sessionConfig(threads);
    session = binding.loadSavedModel(directory, "serve");
  } finally {
    delete process.env.ELBO_LAB_SESSION_CONFIG;
    rmSync(directory, { recursive: true });
  }
  return {
    run: (inputs, feed, fetch) =>
      binding
        .runSavedModel(session, backend.getInputTensorIds(inputs), feed, fetch)
        .map((metadata) => backend.createOutputTensor(metadata)),
    fetch: (fetch) => binding.runSavedModel(session, [], "", fetch).map(({ id }) => id),
    dispose: () => binding.deleteSavedModel(session),
  };
}
