import { expect, test } from "vitest"
import { causesOf, Failure, refused } from "../../platform/failure.ts"

const cause = new Failure("rolled-back", "the site failed after it was switched.", ["denied", "It serves cats again."])

test("a failure keeps what it was made of, and its message is made for display", () => {
  expect(cause).toMatchObject({
    outcome: "rolled-back",
    what: "the site failed after it was switched.",
    details: ["denied", "It serves cats again."],
  })
  expect(cause.message).toBe("rolled-back: the site failed after it was switched.\n  denied\n  It serves cats again.")
})

test("a failure that has another as its cause takes over its lines, and not its outcome", () => {
  expect(new Failure("rollback-failed", "site failed.", causesOf(cause)).message).toBe(
    "rollback-failed: site failed.\n  the site failed after it was switched.\n  denied\n  It serves cats again.",
  )
})

test("a cause of several lines stays below the failure that quotes it", () => {
  expect(refused("no.", "one\ntwo").message).toBe("refused: no.\n  one\n  two\n  Nothing was changed.")
  expect(causesOf(new Error("one\ntwo"))).toEqual(["one\ntwo"])
})
