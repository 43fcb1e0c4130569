/** One of the two ways to bring the site into a bucket. */
export interface Way<T> {
  bucket: string
  /** Brings it there by way of an endpoint; by default the emulator's */
  send(endpoint?: string): Promise<T>
}
