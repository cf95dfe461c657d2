import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { tf } from "../runtime/tensorflow";
import { nativeBackend } from "./native-backend";
import { sessionConfig, type Threads } from "./session-threads";

/** A graph that is loaded into TensorFlow, with its variables. */
export interface GraphSession {
  /** Feeds tensors to nodes and fetches others. Both are lists of node names, separated by commas. */
  run(inputs: tf.Tensor[], feed: string, fetch: string): tf.Tensor[];
  /** Fetches values as TensorFlow's handles, which the caller owns. */
  fetch(fetch: string): number[];
  dispose(): void;
}

/**
 * Loads a graph. The binding can load a graph only as a SavedModel in a folder. This folder is temporary and is deleted after
 * loading.
 *
 * @param savedModel the bytes of a saved_model.pb
 * @param threads how the session uses the cores; defaults to the thread pools of the process
 */
export function openGraphSession(savedModel: Uint8Array, threads?: Threads): GraphSession {
  const backend = nativeBackend();
  const { binding } = backend;
  const directory = makeDirectory();
  let session: number;
  try {
    writeFileSync(join(directory, "saved_model.pb"), savedModel);
    // The addon that this library's setup builds reads this variable when it opens a session. Other addons ignore it.
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

/** The temporary folder of this process. */
let known: string | undefined;

/** TensorFlow keeps statistics for each path that it loads, about 2 kB, so all graphs are loaded from the same path. */
function makeDirectory(): string {
  try {
    if (known !== undefined) {
      mkdirSync(known, { mode: 0o700 });
      return known;
    }
  } catch {
    // Somebody else has made a folder with this name, or the folder for temporary files has moved.
  }
  known = mkdtempSync(join(tmpdir(), "elbo-lab-jit-"));
  return known;
}
