/** Replaces methods of an object. The returned function restores them. */
export function patch<T extends object>(target: T, replacements: Partial<T>): () => void {
  const before = Object.getOwnPropertyDescriptors(target);
  for (const [key, value] of Object.entries(replacements)) {
    Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: false });
  }
  return () => {
    for (const key of Object.keys(replacements)) {
      const descriptor = Object.getOwnPropertyDescriptor(before, key)?.value;
      if (descriptor === undefined) delete (target as Record<string, unknown>)[key];
      else Object.defineProperty(target, key, descriptor);
    }
  };
}
