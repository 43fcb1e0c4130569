import axe, { type AxeResults } from "axe-core"
import type { Page } from "playwright-core"

export const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }
const smallest = { width: 320, height: 568 }

/** One of the ways in which people see a page */
interface View {
  name: string
  /** Colours are the user's own */
  forcedColors: boolean
}

/** Shows a page at a desktop's and at a phone's width, dark and light, and with the user's own colours; at last as it was. */
export async function inEveryView(page: Page, see: (view: View) => Promise<void>): Promise<void> {
  for (const [device, size] of Object.entries({ phone, desktop })) {
    await page.setViewportSize(size)
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme })
      await see({ name: `${device}-${colorScheme}`, forcedColors: false })
    }
    await page.emulateMedia({ forcedColors: "active" })
    await see({ name: `${device}-forced-colours`, forcedColors: true })
    await page.emulateMedia({ forcedColors: "none" })
  }
}

/** Throws where axe finds something wrong with a page as it is seen now, by the rule's name and where. */
export async function refuseBarriers(page: Page, name: string, { forcedColors }: View): Promise<void> {
  await page.evaluate(axe.source)
  // axe would judge colours that the user's own take the place of.
  const rules = { "color-contrast": { enabled: !forcedColors } }
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify({ rules })})`)
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
  if (found.length > 0) throw new Error(`${name}: axe finds ${found.join("; ")}`)
}

/**
 * What has no room on a phone: whether one has to scroll sideways, and which controls and headings come within 4 pixels of
 * each other, or of the edge, on the smallest one.
 */
export async function crowdedOnPhone(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const size of [phone, smallest]) {
    await page.setViewportSize(size)
    const isWide = await page.evaluate<boolean>("document.body.parentNode.scrollWidth > innerWidth")
    if (isWide) found.push(`the page is wider than ${size.width} pixels`)
  }
  found.push(...(await page.evaluate<string[]>(`(${touching})()`)))
  await page.setViewportSize(desktop)
  return found
}

/** Runs in the page. Of a link or a heading, only its text counts; of what has a border, all of it. */
const touching = `() => {
  const gap = 4
  const boxOf = (element) => {
    if (/^(BUTTON|INPUT|SELECT|TEXTAREA)$/.test(element.tagName)) return element.getBoundingClientRect()
    const text = document.createRange()
    text.selectNodeContents(element)
    return text.getBoundingClientRect()
  }
  const shown = document.querySelector("dialog[open]") ?? document
  const things = [...shown.querySelectorAll("a, button, input, select, textarea, h1, h2, label")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => ({ element, box: boxOf(element), name: element.innerText || element.ariaLabel || element.name }))
    .filter(({ box }) => box.width > 0 && box.bottom > 0)
  const atEdge = things.filter(({ box }) => box.left < gap || box.right > innerWidth - gap)
  const pairs = things.flatMap((one, place) => things.slice(place + 1).map((other) => [one, other]))
  const close = pairs.filter(([one, other]) => {
    if (one.element.contains(other.element)) return false
    const across = Math.max(one.box.left - other.box.right, other.box.left - one.box.right)
    const down = Math.max(one.box.top - other.box.bottom, other.box.top - one.box.bottom)
    return across < gap && down < gap
  })
  return [
    ...atEdge.map(({ name }) => name + " is at the edge"),
    ...close.map(([one, other]) => one.name + " touches " + other.name),
  ]
}`
