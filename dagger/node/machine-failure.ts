import { Failure, messageOf } from "../platform/failure.ts"

const ownership = "What a run as root has written is root's, and so are the ports below 1024."

/** What a machine has no more of, or does not allow, by the code of a system call's error (errno(3)), and what helps. */
const lacks: Record<string, [what: string, advice: string]> = {
  ENOSPC: [
    "the disk is full",
    "Free some space: .cathouse/images and .cathouse/sites of a working copy are built again.",
  ],
  EDQUOT: ["the disk's quota is used up", "Free some space, or have the quota raised."],
  EROFS: ["the disk is read-only", "Work in a copy on a disk that can be written to."],
  EACCES: ["this account may not do that", ownership],
  EPERM: ["this account may not do that", ownership],
  EMFILE: ["too many files are open", "Raise the limit (ulimit -n 4096), and run it again."],
  ENFILE: ["too many files are open on this machine", "End what is not needed, and run it again."],
  ENOMEM: ["there is no memory left", "End what is not needed, and run it again."],
}

/** What the machine is at fault for, as a Failure in words; any other error as it is. */
export function inWords(error: unknown): unknown {
  const { code = "", syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  const [what, advice] = lacks[code] ?? []
  if (!what || !advice || !syscall) return error
  return new Failure("failed", `${what}: ${messageOf(error)}.`, [advice])
}
