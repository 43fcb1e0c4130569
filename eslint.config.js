import js from "@eslint/js"
import prettier from "eslint-config-prettier"
import { defineConfig } from "eslint/config"
import tseslint from "typescript-eslint"

export default defineConfig(
  // The frontend's types are in packages of its own, which the root's rules, made for types, cannot see.
  { ignores: ["**/node_modules/", "dagger/sdk/", ".cathouse/", "reports/", "services/", "frontend/", "examples/"] },
  js.configs.recommended,
  prettier,
  { files: ["*.js", "*.mjs"], languageOptions: { globals: { process: "readonly" } } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // What AWS's types call optional is there in the answers that we ask for; a missing one is a defect, and throws.
      "@typescript-eslint/no-non-null-assertion": "off",
      // An interface's method is async for whoever has to wait; not every implementation does.
      "@typescript-eslint/require-await": "off",
      // There are no classes here whose methods use `this`: what looks like a method is a function in an object.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  // vitest's matchers, such as expect.any(), are typed any
  {
    files: ["**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
    },
  },
)
