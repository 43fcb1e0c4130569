/** Browsers and CloudFront keep what is named after its content for a year, and ask for all else again each time. */
export const immutable = "public, max-age=31536000, immutable"
export const revalidated = "no-cache"

/** Folders that Expo exports what it names by content to: bundles and styles, and what they load. */
const hashedFolders = /^(_expo\/static|assets)\//

/** A part of a name, 16 to 64 hexadecimal digits with a letter among them, which a date or a number has not. */
const hash = /[.-](?=\d*[a-f])[0-9a-f]{16,64}(?=[.@])/

/**
 * Whether a file is named after its content, as Expo does (`entry-bce5….js`, `back.35ba…@2x.png`): under that name there will
 * never be anything else. A file that is not known to be so is taken for one that changes, which is always right.
 */
export function isNamedByContent(path: string): boolean {
  return hashedFolders.test(path) && hash.test(path.slice(path.lastIndexOf("/") + 1))
}

export const cacheControlOf = (path: string): string => (isNamedByContent(path) ? immutable : revalidated)

/** Types of text, which are all written in UTF-8 here; a browser guesses where it is not told. */
const text = /^text\/|[/+](json|xml|javascript)$/

/** What has no extension, and is asked for by programs that look at its type: Apple's links to apps, and RFC 9116. */
const wellKnown: Record<string, string> = {
  ".well-known/apple-app-site-association": "application/json",
  ".well-known/security.txt": "text/plain",
}

/** Tells files' content types by their extensions; loaded only when a site is deployed. */
export async function contentTypes(): Promise<(path: string) => string> {
  const { default: mime } = await import("#mime")
  return (path) => {
    const type = wellKnown[path] ?? mime.getType(path) ?? "application/octet-stream"
    return text.test(type) ? `${type}; charset=utf-8` : type
  }
}
