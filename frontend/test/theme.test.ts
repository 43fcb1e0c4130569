import { expect, test } from "@jest/globals"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const css = readFileSync(join(__dirname, "..", "src", "theme.css"), "utf8")
const [day = "", night = ""] = css.split("@media (prefers-color-scheme: dark)")

type Colors = Record<string, string>
const colorsOf = (part: string): Colors =>
  Object.fromEntries(
    [...part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", color = ""]) => [name, color]),
  )

/** WCAG's relative luminance */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one = "", other = ""): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const text = 4.5
const control = 3
const pairs: [foreground: string, background: string, least: number][] = [
  ...["ground", "surface", "sunken"].flatMap((background): [string, string, number][] => [
    ["ink", background, text],
    ["muted", background, text],
  ]),
  ["accent", "ground", text],
  ["accent", "surface", text],
  ["accent-strong", "surface", text],
  ["on-accent", "accent", text],
  ["on-accent", "accent-strong", text],
  ["ink", "lamp-tint", text],
  ["ink", "good-tint", text],
  ["ink", "bad-tint", text],
  ["good", "good-tint", text],
  ["bad", "bad-tint", text],
  ["bad", "surface", text],
  ["on-roof", "roof", text],
  ["lamp", "roof", text],
  ["edge", "surface", control],
  ["edge", "ground", control],
]

test.each([
  ["by day", colorsOf(day)],
  ["by night", { ...colorsOf(day), ...colorsOf(night) }],
])("whatever is written or pressed has the contrast of WCAG's AA %s", (_, colors) => {
  const weak = pairs.filter(
    ([foreground, background, least]) => contrast(colors[foreground], colors[background]) < least,
  )
  expect(weak.map(([one, other]) => `${one} on ${other}: ${contrast(colors[one], colors[other]).toFixed(2)}`)).toEqual(
    [],
  )
})
