export const suiteKinds = ["unit", "integration", "all"] as const
/** `unit`: what needs no database; `integration`: what needs one */
export type SuiteKind = (typeof suiteKinds)[number]
