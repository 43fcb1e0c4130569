import type { Transform } from "node:stream"
import { constants, createBrotliCompress, createGzip } from "node:zlib"

/** What CloudFront compresses of what a website has, once it is worth it: bytes and types are those of its developer guide. */
const worthwhile = { from: 1_000, to: 10_000_000 }
const compressible =
  /^(text\/(css|html|javascript|plain|xml)|application\/(javascript|json|manifest\+json|xml)|image\/svg\+xml)$/

/** Brotli's own default takes a second for a script; a site on this machine is served as often as it is changed. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

const compressors = { br: () => createBrotliCompress(brotli), gzip: () => createGzip() }

type Headers = Record<string, string>

export interface Compressed {
  headers: Headers
  /** What an object's bytes are sent through */
  through: Transform[]
}

/**
 * What becomes of a stored object in a distribution that compresses: Brotli where the viewer takes it, else gzip, an ETag that is
 * weak, as the bytes are others, and no length, which is known too late.
 */
export function compress(stored: Headers, accepted: string): Compressed {
  const type = stored["content-type"]?.split(";", 1)[0] ?? ""
  const length = Number(stored["content-length"])
  if (!compressible.test(type) || !(length >= worthwhile.from && length <= worthwhile.to))
    return { headers: stored, through: [] }
  const vary = { vary: "Accept-Encoding" }
  const encoding = (["br", "gzip"] as const).find((name) => accepts(accepted, name))
  if (!encoding) return { headers: { ...stored, ...vary }, through: [] }
  const { "content-length": _, etag, ...headers } = stored
  const weak = etag && { etag: etag.startsWith("W/") ? etag : `W/${etag}` }
  return { headers: { ...headers, ...weak, ...vary, "content-encoding": encoding }, through: [compressors[encoding]()] }
}

/** Whether an Accept-Encoding names an encoding, and does not refuse it. */
const accepts = (accepted: string, encoding: string): boolean =>
  accepted.split(",").some((part) => {
    const [name, quality = "q=1"] = part.split(";").map((text) => text.trim().toLowerCase())
    return name === encoding && Number(quality.slice(2)) > 0
  })
