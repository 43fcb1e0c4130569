/** What whoever runs `init` has to look at, as it was not to be seen: a place in a file that was written, and what to write there. */
export interface Note {
  file: string
  /** In a JSON file: services.shop.health.path */
  place?: string
  text: string
}
