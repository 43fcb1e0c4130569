/** A service's tasks of one roll-out. */
export interface TaskCounts {
  desired: number
  pending: number
  running: number
  /** As ECS's circuit breaker counts them */
  failed: number
}

/** What a delivery tells whoever watches it. */
export interface Progress {
  /** What a subject (a service, or a step of the deploy) is doing now; it replaces what the subject did before. */
  status(subject: string, text: string): void
  /** A line to keep, such as one of a migration's log */
  line(subject: string, text: string): void
  /** The subject's last status */
  done(subject: string, text: string): void
  failed(subject: string, text: string): void
  /** Does work as a named step of the whole; for whoever draws steps. Steps follow each other. */
  within?<T>(step: string, work: () => Promise<T>): Promise<T>
  /** What ECS says of a roll-out, at each look at it; for whoever draws it */
  tasks?(service: string, counts: TaskCounts): void
}
