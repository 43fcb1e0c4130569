import { readdirSync, readFileSync } from "node:fs"

/** A process, told apart from a later one of the same number by when it started. */
interface Process {
  pid: number
  parent: number
  started: string
}

/** A file of a process, or nothing where that has ended. */
export function readProcess(pid: number | string, file: "stat" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8")
  } catch {
    return ""
  }
}

/** All processes of this machine (Linux). Read in one go: to read hundreds of files side by side takes five times the work. */
function processes(): Process[] {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))
  return pids.flatMap((pid) => {
    const stat = readProcess(pid, "stat")
    // pid (name) state ppid …; the name may hold anything, so what follows it is counted from its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return stat && fields[0] !== "Z"
      ? [{ pid: Number.parseInt(stat), parent: Number(fields[1]), started: fields[19]! }]
      : []
  })
}

/** A process and all that it and its children have started and that still are its descendants. */
export function family(root: number): Process[] {
  const all = processes()
  const members = all.filter(({ pid }) => pid === root)
  for (const member of members) members.push(...all.filter(({ parent }) => parent === member.pid))
  return members
}

/**
 * Remembers every process that a process starts, from now until the function that it returns is called; that tells which
 * of them still run. A process whose parent ends is no longer its descendant, hence the memory.
 */
export function watchFamily(root: number): () => Promise<{ seen: number; left: number[] }> {
  const seen = new Map<string, Process>()
  let watching = true
  const watch = (async () => {
    while (watching) {
      for (const member of family(root)) seen.set(`${member.pid} ${member.started}`, member)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  return async () => {
    watching = false
    await watch
    const isLeft = ({ pid, started }: Process) => seen.has(`${pid} ${started}`)
    let left = processes().filter(isLeft)
    // What ends because its parent has, such as the watchdog, needs a moment.
    for (let look = 0; left.length > 0 && look < 50; look++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      left = processes().filter(isLeft)
    }
    return { seen: seen.size, left: left.map(({ pid }) => pid) }
  }
}
