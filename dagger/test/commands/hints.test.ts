import { expect, test } from "vitest"
import { pasteable, withHints } from "../../commands/hints.ts"
import { refused } from "../../platform/failure.ts"

const node = "npm run cathouse --"

test.each([
  ["If its holder is gone: unlock --env staging.", `If its holder is gone: ${node} unlock --env staging`],
  [
    "Look at it, and approve that: plan --env production --version staging-1",
    `Look at it, and approve that: ${node} plan --env production --version staging-1`,
  ],
  ["Fix: dagger call lint --check mypy", `Fix: ${node} lint --check mypy`],
  ["Run the same with npm run cathouse -- status --env local", `Run the same with ${node} status --env local`],
  ["The plan has changed, and so has the history.", "The plan has changed, and so has the history."],
  ["alembic upgrade head --sql works", "alembic upgrade head --sql works"],
  ["Name another one with --to.", "Name another one with --to."],
])("%s", (text, expected) => expect(pasteable(text, node)).toBe(expected))

test("a failure is the same, with hints as they are typed under Dagger", () => {
  const failure = withHints(refused("staging is locked.", "unlock --env staging."), "dagger call")
  expect(failure.message).toBe(
    "refused: staging is locked.\n  dagger call unlock --env staging\n  Nothing was changed.",
  )
})
