import type { Directory } from "@dagger.io/dagger"

/** What of a working copy tells its commit; to read it costs nothing, unlike all of .git. */
export const allButHead = ["*", "!.git/HEAD", "!.git/refs/heads", "!.git/packed-refs"]

/** The commit that is checked out; undefined outside of a git repository. */
export async function headOf(git: Directory | undefined): Promise<string | undefined> {
  const read = async (path: string) => ((await git?.exists(path)) ? git!.file(path).contents() : "")
  const head = (await read(".git/HEAD")).trim()
  const [, ref] = /^ref: (.+)$/.exec(head) ?? []
  if (!ref) return head || undefined
  const loose = (await read(`.git/${ref}`)).trim()
  if (loose) return loose
  const packed = (await read(".git/packed-refs")).split("\n").find((line) => line.endsWith(` ${ref}`))
  return packed?.split(" ")[0]
}
