import type { PerExample } from "../../distributions/per-example";
import { buildVae, type Vae, type VaeOptions } from "./build-vae";
import type { ElboPhase, ElboPhaseFacts, ObjectiveTerms } from "./elbo-phase";

/** Options of a VAE whose objective is settled by them. */
export type VaeVariantOptions = Omit<VaeOptions, "objective" | "beta">;

/** A VAE whose phase "elbo" reports terms of its own beside distortion and rate. */
export interface VaeWithTerms<Term extends string> extends Omit<Vae, "phases"> {
  readonly phases: readonly [ElboPhase<"distortion" | "rate" | Term>];
}

/** What is maximized, with the terms that are reported beside distortion and rate. */
export interface VariantBound<Term extends string> {
  readonly bound: PerExample;
  readonly terms: Readonly<Record<Term, PerExample>>;
}

/**
 * A VAE with another objective, under a name of its own.
 *
 * @param factory the public function that makes it from `options`
 * @param options its own options and those of `vae()`, checked by that function and stored with the model
 * @param facts what the objective needs of a batch, and which schedules it reads
 */
export function vaeWithTerms<Term extends string = never>(
  factory: string,
  options: VaeVariantOptions & { beta?: number },
  objective: (terms: ObjectiveTerms) => PerExample | VariantBound<Term>,
  facts: ElboPhaseFacts = {},
): VaeWithTerms<Term> {
  const model = buildVae(factory, { ...options, objective }, { phase: facts });
  // The objective follows from the other options.
  const { objective: _, ...spec } = model.spec.options;
  return { ...model, spec: { factory, options: spec }, phases: model.phases as VaeWithTerms<Term>["phases"] };
}
