import { distance } from "fastest-levenshtein";

/** Names of earlier versions and of other libraries, which users type first. */
const otherNames: Readonly<Record<string, string>> = {
  batch: "batchSize",
  batch_size: "batchSize",
  data: "dataShape",
  inputShape: "dataShape",
  latent: "latentDim",
  latents: "latentDims",
  zDim: "latentDim",
  lr: "learningRate",
  sd: "stdDev",
  sigma: "stdDev",
  std: "stdDev",
  stddev: "stdDev",
  draws: "samples",
  verbose: "progress",
  callbacks: "onEpoch",
  validationData: "validation",
  warmUp: "burnIn",
};

/**
 * The known name that the user most likely meant, for "Did you mean …?", or undefined if none is close.
 *
 * A name is close if it is a known synonym, differs only in capitalization, contains the other, or differs in up to a third
 * of its letters.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const synonym = otherNames[name];
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  const lower = name.toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  if (best !== undefined && best.edits <= Math.max(1, Math.floor(name.length / 3))) return best.candidate;
  return lower.length < 3 ? undefined : known.find((candidate) => candidate.toLowerCase().includes(lower));
}
