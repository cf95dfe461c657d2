/** Values of a step, by phase and name: the phase's `loss` and the batch means of its bound and its terms. */
export type StepValues = Record<string, Record<string, number>>;

/** All values under one name each: the phase's name is left out where there is one phase. */
export function flatValues(values: StepValues): Record<string, number> {
  const phases = Object.entries(values);
  return Object.fromEntries(
    phases.flatMap(([phase, terms]) =>
      Object.entries(terms).map(([name, value]) => [phases.length > 1 ? `${phase} ${name}` : name, value]),
    ),
  );
}

/** The name of the first value that is NaN or infinite: of each phase its terms first, from which bound and loss are made. */
export function nonFinite(values: StepValues): string | undefined {
  const phases = Object.entries(values);
  for (const [phase, { loss, bound, ...terms }] of phases) {
    for (const [name, value] of Object.entries({ ...terms, bound, loss })) {
      if (value !== undefined && !Number.isFinite(value)) return phases.length > 1 ? `${phase} ${name}` : name;
    }
  }
  return undefined;
}
