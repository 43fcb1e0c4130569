import type { PropsWithChildren } from "react"

/** The document around every page; rendered when the site is exported, never in the browser. */
export default function Document({ children }: PropsWithChildren) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="Cat House: publish services, install them, and call them through one door." />
        <meta name="theme-color" content="#3a1d36" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#0e0a11" media="(prefers-color-scheme: dark)" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      </head>
      <body>{children}</body>
    </html>
  )
}
