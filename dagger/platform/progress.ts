/** What a delivery tells whoever watches it. */
export interface Progress {
  /** What a subject (a service, or a step of the deploy) is doing now; it replaces what the subject did before. */
  status(subject: string, text: string): void
  /** A line to keep, such as one of a migration's log */
  line(subject: string, text: string): void
  /** The subject's last status */
  done(subject: string, text: string): void
  failed(subject: string, text: string): void
}
