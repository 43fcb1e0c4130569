/** A JSON number that JavaScript would make infinite, and send as null, or a word that is a number in JavaScript alone */
const word = /"(?:[^"\\]|\\.)*"|(?<![\w.])-?(?:NaN|Infinity)(?![\w.])/g

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** What is wrong with a number in a text that is JSON otherwise; undefined if nothing is, or if it is no JSON at all. */
export function numberNotInJson(text: string): string | undefined {
  if (isJson(text)) {
    const large = infiniteIn(JSON.parse(text))
    return large ? "A number in it is too large. The largest have 308 digits." : undefined
  }
  const words: string[] = []
  const mended = text.replace(word, (found) => {
    if (found.startsWith('"')) return found
    words.push(found)
    return "0"
  })
  return words.length > 0 && isJson(mended) ? `${words[0]} is not a number in JSON. Use null, or a text.` : undefined
}

function infiniteIn(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value)
  return typeof value === "object" && value !== null && Object.values(value).some(infiniteIn)
}
