/** AWS's types as they travel in JSON 1.1: dates are seconds since the epoch. */
export type Wire<T> = T extends Date ? number : T extends object ? { [Key in keyof T]: Wire<T[Key]> } : T

/** Fields of an input as they were sent: JSON carries no undefined. */
export const sent = <T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  fields as { [Key in keyof T]: Exclude<T[Key], undefined> }

export const epochSeconds = (milliseconds: number): number => milliseconds / 1000

export function epochSecondsIfAny(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : epochSeconds(milliseconds)
}
