/** AWS's types as they travel in JSON 1.1: dates are seconds since the epoch. */
export type Wire<T> = T extends Date ? number : T extends object ? { [Key in keyof T]: Wire<T[Key]> } : T

export const epochSeconds = (milliseconds: number): number => milliseconds / 1000

export function epochSecondsIfAny(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : epochSeconds(milliseconds)
}
