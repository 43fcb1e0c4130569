/** Does something when it is first asked for; whoever asks again, or meanwhile, gets that one's outcome. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let acting: Promise<T> | undefined
  return () => (acting ??= act())
}
