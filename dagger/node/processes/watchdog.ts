import { spawn, type ChildProcess } from "node:child_process"

/**
 * Reads `+ pid`, `- pid` and `folder path` from its standard input. When that ends, because whoever wrote it has, it ends
 * the process groups that are left, and removes the folders.
 */
const program = `
live="" folders=""
while read -r sign what; do
  case $sign in
    +) live="$live $what " ;;
    -) live=$(printf %s "$live" | sed "s/ $what / /g") ;;
    folder) folders="$folders $what" ;;
  esac
done
set -- $live
for pid; do kill -TERM "-$pid"; done 2>/dev/null
[ $# = 0 ] || sleep 3
for pid; do kill -KILL "-$pid"; done 2>/dev/null
[ -z "$folders" ] || rm -rf $folders
`

let watchdog: ChildProcess | undefined

/** Makes sure that a process, which leads a group of its own, does not outlive this one, not even when this one is killed. */
export function guard(child: ChildProcess): void {
  if (child.pid === undefined) return
  tell(`+ ${child.pid}`)
  child.once("exit", () => tell(`- ${child.pid}`))
}

/** The same for a temporary folder. Its path must hold no white space, as those of `mkdtemp` in the system's own do not. */
export function guardFolder(path: string): void {
  tell(`folder ${path}`)
}

function tell(line: string): void {
  watchdog ??= start()
  watchdog.stdin!.write(`${line}\n`)
}

function start(): ChildProcess {
  const child = spawn("sh", ["-c", program], { stdio: ["pipe", "ignore", "ignore"], detached: true })
  child.unref()
  ;(child.stdin as unknown as { unref(): void }).unref()
  child.stdin.on("error", () => undefined)
  return child
}
