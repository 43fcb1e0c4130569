/** The commit that a working copy is at. */
export interface Commit {
  /** 40 hexadecimal digits */
  sha: string
  /** Absent where none is checked out, as for a tag */
  branch?: string | undefined
  /** Whether something has changed since, so that the commit does not tell what is deployed */
  changed: boolean
  /** The repository's address, without credentials */
  source?: string | undefined
}

/** The branch whose images are tagged `latest`, too. */
export const defaultBranch = "main"

/** An address as it may be written down: a token in it, as CI's checkouts have one, is left out. */
export function withoutCredentials(address: string): string {
  return address.replace(/^([a-z+]+:\/\/)[^@/]*@/, "$1")
}
