import type { PerExample } from "../../distributions/per-example";
import { type Vae, type VaeOptions, vae } from "../vae";
import type { ElboPhase, ObjectiveTerms } from "./elbo-phase";

/** Options of a VAE whose objective is settled by them. */
export type VaeVariantOptions = Omit<VaeOptions, "objective" | "beta">;

/** A VAE whose phase "elbo" reports terms of its own beside distortion and rate. */
export interface VaeWithTerms<Term extends string> extends Omit<Vae, "phases"> {
  readonly phases: readonly [ElboPhase<"distortion" | "rate" | Term>];
}

/**
 * `vae()` with another objective, under a name of its own.
 *
 * @param factory the public function that makes it from `options`
 * @param options its own options, stored with the model, and those of `vae()`
 */
export function vaeWithTerms<Term extends string>(
  factory: string,
  options: VaeVariantOptions & { beta?: number },
  objective: (terms: ObjectiveTerms) => { bound: PerExample; terms: Readonly<Record<Term, PerExample>> },
): VaeWithTerms<Term> {
  const model = vae({ ...options, objective });
  // The objective follows from the other options.
  const { objective: _, ...spec } = model.spec.options;
  return { ...model, spec: { factory, options: spec }, phases: model.phases as VaeWithTerms<Term>["phases"] };
}
