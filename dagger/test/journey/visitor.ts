import type { Locator, Page } from "playwright-core"

export type Visitor = ReturnType<typeof visitor>

/** What a person looks for on a page, by the names that they read, and what they do there. */
export function visitor(page: Page) {
  const field = (name: string) => page.getByLabel(name, { exact: true })
  const button = (name: string) => page.getByRole("button", { name, exact: true })
  return {
    field,
    button,
    sees: (what: Locator) => what.waitFor(),
    heading: (name: string) => page.getByRole("heading", { level: 1, name, exact: true }),
    link: (name: string) => page.getByRole("link", { name, exact: true }),
    told: (text: string) => page.getByRole("status").getByText(text),
    goTo: (name: string) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click(),
    /** Fills in the log-in that is shown, and waits until one is logged in. */
    async logIn({ email, password }: { email: string; password: string }) {
      await field("E-mail address").fill(email)
      await field("Password").fill(password)
      await button("Log in").click()
      await button("Log out").waitFor()
    },
  }
}
