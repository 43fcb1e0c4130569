import { expect, test } from "vitest"
import { answers } from "./neon-answers.ts"
import { neonRoutes } from "./neon-document.ts"

const [create, list] = neonRoutes(["POST /projects/{project_id}/branches", "GET /projects/{project_id}/branches"])
const path = { project_id: "a-project" }
const none = new URLSearchParams()
const branch = {
  id: "br-a-1",
  name: "a",
  createdAt: new Date(),
  protected: false,
  annotation: {},
  role: "owner",
  password: "secret",
  databases: [],
  operations: [],
}

test("an answer as the document has it passes", () => {
  expect(() => list!.checkAnswer(200, plain(answers.branches("a-project", [branch], branch, undefined)))).not.toThrow()
  expect(() => create!.checkAnswer(201, plain(answers.created("a-project", branch, branch)))).not.toThrow()
})

test.each([
  ["an answer that lacks something", () => list!.checkAnswer(200, { branches: [{ id: "br-1" }] }), /project_id/],
  ["an error without a message", () => list!.checkAnswer(404, { code: "" }), /message/],
  ["a value of another type", () => create!.checkRequest(path, none, { branch: { name: 1 } }), /must be string/],
  ["a property that the document lacks", () => create!.checkRequest(path, none, { branch: { expiry: "" } }), /uneval/],
  [
    "a date without a zone",
    () => create!.checkRequest(path, none, { branch: { expires_at: "2027-01-01" } }),
    /date-time/,
  ],
  [
    "a parameter that the document lacks",
    () => list!.checkRequest(path, new URLSearchParams("name=a"), undefined),
    /name/,
  ],
  [
    "a path parameter that Neon would not take",
    () => list!.checkRequest({ project_id: "A b" }, none, undefined),
    /pattern/,
  ],
  ["a route that the document lacks", () => neonRoutes(["GET /branches"]), /has no GET/],
])("%s is drift", (_, check, words) => expect(check).toThrow(words))

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
