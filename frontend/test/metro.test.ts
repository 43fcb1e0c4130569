/** @jest-environment node */
import { expect, test } from "@jest/globals"
import { transform } from "lightningcss"
import "../metro.transformer"

test("the classes of a CSS module are listed in the same order each time, so that a bundle keeps its name", () => {
  const names = [..."abcdefghijkl"]
  const code = Buffer.from(names.map((name) => `.${name} { color: red }`).join("\n"))
  const { exports } = transform({ filename: "cat.module.css", code, cssModules: true })
  expect(Object.keys(exports as object)).toEqual(names)
})
