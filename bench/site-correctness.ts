import { randomBytes } from "node:crypto"
import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises"
import { createServer, request } from "node:http"
import { join } from "node:path"
import type { Aws } from "../dagger/aws/clients.ts"
import type { DeployedSite } from "../dagger/delivery/site/deploy-site.ts"
import { closeServer, listen } from "../dagger/local-cloud/ports.ts"
import type { Figure } from "./figure.ts"
import type { Way } from "./way.ts"

/** Where `s3 sync` is not right: it trusts size and time, takes files by their names, and leaves stale ones where they are. */
export async function compareCorrectness(
  s3: Awaited<ReturnType<Aws["s3"]>>,
  endpoint: string,
  folder: string,
  ours: Way<DeployedSite>,
  theirs: Way<unknown>,
): Promise<Figure[]> {
  const unchanged = await recorded(endpoint, ours.send)
  const edited = await editKeepingTime(join(folder, "cats/cat-7.html"), "cat 7", "dog 7")
  await rm(join(folder, "cats/cat-8.html"))
  const { invalidated, uploaded } = await ours.send()
  await theirs.send()
  const textOf = (Bucket: string, Key: string) =>
    s3.getObject({ Bucket, Key }).then(
      ({ Body }) => Body!.transformToString(),
      () => undefined,
    )
  const sent = async ({ bucket }: Way<unknown>) => (await textOf(bucket, "cats/cat-7.html")) === edited
  const removed = async ({ bucket }: Way<unknown>) => (await textOf(bucket, "cats/cat-8.html")) === undefined

  const asset = `assets/images/new.${randomBytes(16).toString("hex")}.png`
  await writeFile(join(folder, asset), randomBytes(1000))
  await writeFile(join(folder, "about.html"), `<img src="/${asset}">`)
  const inOrder = async ({ send }: Way<unknown>) => {
    const puts = (await recorded(endpoint, send)).filter((line) => line.startsWith("PUT "))
    const position = (path: string) => puts.findIndex((line) => line.endsWith(`/${path}`))
    return position(asset) >= 0 && position(asset) < position("about.html")
  }
  return [
    [
      "site: requests when unchanged",
      unchanged.join(", "),
      "no PUT",
      !unchanged.some((line) => /^(PUT|POST)/.test(line)),
    ],
    await both("site: the same size and time, other content: is sent", sent),
    await both("site: a page that vanished is removed", removed),
    ["site: paths invalidated for these two", invalidated.join(" "), "4", invalidated.length === 4 && uploaded === 1],
    await both("site: a new asset is sent before the page that loads it", inOrder),
  ]

  async function both(what: string, holds: (way: Way<unknown>) => Promise<boolean>): Promise<Figure> {
    const [mine, other] = [await holds(ours), await holds(theirs)]
    return [what, `${mine ? "yes" : "no"}, aws s3 sync: ${other ? "yes" : "no"}`, "yes", mine]
  }
}

/** Changes a file without changing its size or its time. */
async function editKeepingTime(file: string, from: string, to: string): Promise<string> {
  const { atime, mtime } = await stat(file)
  const edited = (await readFile(file, "utf8")).replaceAll(from, to)
  await writeFile(file, edited)
  await utimes(file, atime, mtime)
  return edited
}

/** The requests to an endpoint while something is done by way of it: method and path, in order. */
async function recorded(endpoint: string, act: (endpoint: string) => Promise<unknown>): Promise<string[]> {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url!.split("?", 1)[0]}`)
    const sent = request(new URL(incoming.url!, endpoint), { method: incoming.method, headers: incoming.headers })
    sent.on("response", (response) => response.pipe(outgoing.writeHead(response.statusCode!, response.headers)))
    incoming.pipe(sent)
  })
  await act(`http://127.0.0.1:${await listen(server, 0)}`)
  await closeServer(server)
  return requests
}
