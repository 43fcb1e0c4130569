/** Ways in which a revision is broken on purpose, with who has to notice it: ECS, or a deploy's later steps. */
const noticedBy = {
  crash: "breaker",
  unhealthy: "breaker",
  "missing-image": "breaker",
  "wrong-version": "verification",
  errors: "smoke tests",
  slow: "watch",
  leak: "watch",
} as const
export type Breakage = keyof typeof noticedBy

export const breakages = Object.keys(noticedBy) as Breakage[]

/** Those that need no users to be noticed */
export const breakagesOfWorkers: readonly Breakage[] = ["crash", "missing-image"]

/** Who has to notice a breakage: of a service without smoke tests, the figures of its users are watched. */
export const witnessOf = (breakage: Breakage, hasSmoke: boolean) =>
  noticedBy[breakage] === "smoke tests" && !hasSmoke ? "watch" : noticedBy[breakage]

/** How such a revision's version begins, by which it is known if it is ever left behind. */
export const brokenOnPurpose = "broken on purpose"
