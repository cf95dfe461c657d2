/** The values of a step, by phase and name: the `loss` of the phase, and the batch means of its bound and its terms. */
export type StepValues = Record<string, Record<string, number>>;

/** All values in one record. With several phases, the names start with the name of the phase, such as "critic loss". */
export function flatValues(values: StepValues): Record<string, number> {
  const phases = Object.entries(values);
  return Object.fromEntries(
    phases.flatMap(([phase, terms]) =>
      Object.entries(terms).map(([name, value]) => [phases.length > 1 ? `${phase} ${name}` : name, value]),
    ),
  );
}

/**
 * The name of the first value that is NaN or infinite. In each phase, terms come first, because the bound and the loss depend on
 * them.
 */
export function nonFinite(values: StepValues): string | undefined {
  const phases = Object.entries(values);
  for (const [phase, { loss, bound, ...terms }] of phases) {
    for (const [name, value] of Object.entries({ ...terms, bound, loss })) {
      if (value !== undefined && !Number.isFinite(value)) return phases.length > 1 ? `${phase} ${name}` : name;
    }
  }
  return undefined;
}
