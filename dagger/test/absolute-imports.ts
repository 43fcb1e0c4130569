import { registerHooks } from "node:module"
import { pathToFileURL } from "node:url"

/** Vitest imports packages by their paths, which Node.js reads as addresses: a % in the checkout's own would be decoded. */
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.startsWith("/") ? pathToFileURL(specifier).href : specifier, context),
})
