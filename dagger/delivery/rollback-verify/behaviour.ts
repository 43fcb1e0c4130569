/** How a server that stands in for a service answers. */
export interface Behaviour {
  /** What it logs as it starts */
  said: string
  /** Statuses that health and all other routes are answered with */
  health: number
  users: number
  /** What it does before it answers users: nothing, wait so many seconds, or keep memory until it has so many bytes */
  first: "none" | "wait" | "leak"
  value: number
  route: {
    port: number
    healthPaths: string[]
    /** Where health tells the version */
    versionField: string
    versionHeader: string
  }
}
