const factor = 0x5bd1e995;

/**
 * The hash MurmurHash2 (32 bits, by Austin Appleby) of a text in UTF-8. Front ends compute the names of cells with it, so
 * the result must be the same as theirs for every text.
 */
export function murmur2(text: string, seed: number): number {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let hash = seed ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    let block = Math.imul(view.getUint32(at, true), factor);
    block ^= block >>> 24;
    hash = Math.imul(hash, factor) ^ Math.imul(block, factor);
  }
  const rest = bytes.subarray(at);
  if (rest.length > 0) {
    for (const [i, byte] of rest.entries()) hash ^= byte << (8 * i);
    hash = Math.imul(hash, factor);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, factor);
  return (hash ^ (hash >>> 15)) >>> 0;
}
