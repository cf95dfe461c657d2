import type { PerExample } from "../../distributions/per-example";
import { buildVae, type Vae, type VaeOptions } from "./build-vae";
import type { ElboPhase, ElboPhaseFacts, ObjectiveTerms } from "./elbo-phase";

/** Options of a VAE with a fixed objective. */
export type VaeVariantOptions = Omit<VaeOptions, "objective" | "beta">;

/** A VAE whose phase "elbo" reports additional terms beside distortion and rate. */
export interface VaeWithTerms<Term extends string> extends Omit<Vae, "phases"> {
  readonly phases: readonly [ElboPhase<"distortion" | "rate" | Term>];
}

/** The maximized quantity, with the terms that are reported beside distortion and rate. */
export interface VariantBound<Term extends string> {
  readonly bound: PerExample;
  readonly terms: Readonly<Record<Term, PerExample>>;
}

/**
 * A VAE with another objective and its own name.
 *
 * @param factory the public function that creates it from `options`
 * @param options its own options and those of `vae()`, which the function has checked and which are stored with the
 *   model
 * @param facts the smallest batch that the objective accepts, and the schedules that it reads
 */
export function vaeWithTerms<Term extends string = never>(
  factory: string,
  options: VaeVariantOptions & { beta?: number },
  objective: (terms: ObjectiveTerms) => PerExample | VariantBound<Term>,
  facts: ElboPhaseFacts = {},
): VaeWithTerms<Term> {
  const model = buildVae(factory, { ...options, objective }, { phase: facts });
  // The other options determine the objective.
  const { objective: _, ...spec } = model.spec.options;
  return { ...model, spec: { factory, options: spec }, phases: model.phases as VaeWithTerms<Term>["phases"] };
}
