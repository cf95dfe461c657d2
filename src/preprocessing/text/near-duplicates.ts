/** The similarity above which two texts count as duplicates: the share of word runs that both contain. */
const sameShare = 0.8;
const wordsInRun = 3;

/**
 * Finds, for each text, the index of an earlier text that is nearly the same, or −1. Only letters are compared, in runs of three
 * words. Two texts are nearly the same if at least 0.8 of the distinct runs in either one occur in both (Broder 1997, "On the
 * resemblance and containment of documents"). The index always refers to a text that is not itself a duplicate.
 *
 * @returns [texts]
 */
export function nearDuplicates(texts: readonly string[]): Int32Array {
  const earlier = new Int32Array(texts.length).fill(-1);
  const runsOf: Int32Array[] = [];
  const textsWith = new Map<number, number[]>();
  const shared = new Int32Array(texts.length);
  texts.forEach((text, index) => {
    const runs = hashedRuns(text);
    runsOf.push(runs);
    const candidates: number[] = [];
    for (const run of runs) {
      for (const other of textsWith.get(run) ?? []) if (shared[other]!++ === 0) candidates.push(other);
    }
    for (const other of candidates) {
      const both = shared[other] as number;
      shared[other] = 0;
      const either = runs.length + (runsOf[other] as Int32Array).length - both;
      if (earlier[index] === -1 && both >= sameShare * either) earlier[index] = other;
    }
    if (earlier[index] !== -1) return;
    for (const run of runs) {
      const list = textsWith.get(run);
      if (list) list.push(index);
      else textsWith.set(run, [index]);
    }
  });
  return earlier;
}

/** The distinct word runs of a text, each as a 32-bit hash; a text shorter than a run counts as one run. */
function hashedRuns(text: string): Int32Array {
  const letters = text.toLowerCase().replace(/https?:\S+|\S+@\S+/g, " ");
  const words = Array.from(letters.match(/\p{L}+/gu) ?? [], hash);
  const runs = new Set<number>();
  for (let first = 0; first < Math.max(1, words.length - wordsInRun + 1); first++) {
    const run = words.slice(first, first + wordsInRun);
    runs.add(run.reduce((sum, word) => (Math.imul(sum, 0x01000193) ^ word) | 0, words.length === 0 ? 0 : 1));
  }
  return Int32Array.from(runs);
}

/** FNV-1a of the UTF-16 units (Fowler, Noll & Vo), mixed so that every bit of a word affects the hash of a run. */
function hash(word: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) sum = Math.imul(sum ^ word.charCodeAt(i), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  return (sum ^ (sum >>> 13)) | 0;
}
