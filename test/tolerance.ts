/** The tolerances of the whole test suite, by what limits the agreement. */
export const tolerance = {
  /** The same computation twice. */
  exact: 0,
  /** Float32 results of the same formula by another order of operations, relative. */
  float32: 1e-5,
  /** Log-densities against float64 references, relative to 1 + |value|. */
  reference: 1e-5,
  /** Log-densities at parameters up to 10⁶, where the rounding of a point to float32 alone moves them by 10⁻⁴ nats. */
  largeParameters: 2e-4,
  /** Gradients against central differences in float32, relative to 1 + |value|. */
  gradient: 1e-2,
  /** Integrals by the midpoint rule over float32 densities. */
  quadrature: 1e-4,
  /** Bounds of two trainings that should do equally well, relative, as means over seeds. */
  bound: 1e-2,
  /** Standard errors allowed to a seeded Monte-Carlo estimate. */
  monteCarlo: 5,
} as const;
