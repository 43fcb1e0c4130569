import { registerHooks } from "node:module"
import { pathToFileURL } from "node:url"

/** Vitest imports packages by their paths, which Node.js reads as addresses: a % in the checkout's own would be decoded. */
registerHooks({
  resolve(specifier, context, next) {
    const isImported = context.conditions?.includes("import") && specifier.startsWith("/")
    return next(isImported ? pathToFileURL(specifier).href : specifier, context)
  },
})
