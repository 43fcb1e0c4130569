import { describe, expect, test } from "vitest"
import { readDockerfile } from "../../init/read-dockerfile.ts"

const read = (...lines: string[]) => readDockerfile(["FROM node:24", ...lines].join("\n"))!

describe("the ports of an image are those that its last stage EXPOSEs", () => {
  test.each([
    [["EXPOSE 3000"], [3000]],
    [
      ["EXPOSE 3000/tcp 9090/tcp", "EXPOSE 3000"],
      [3000, 9090],
    ],
    [["EXPOSE 53/udp"], []],
    [["EXPOSE 7000-7005"], [7000]],
    [["ENV PORT=8080", "EXPOSE $PORT"], [8080]],
    [["ARG PORT=8080", "EXPOSE ${PORT}/tcp"], [8080]],
    [["EXPOSE ${PORT:-8081}"], [8081]],
    [["EXPOSE $NOWHERE"], []],
    [["EXPOSE 0 99999 cats"], []],
    [["EXPOSE"], []],
    [["EXPOSE 3000", "FROM scratch"], []],
    [["expose 3000", "from scratch", "expose 80"], [80]],
    [["# EXPOSE 3000"], []],
    [[], []],
  ])("%j", (lines, ports) => expect(read(...lines).ports).toEqual(ports))

  test("and of the stages that this is made from", () => {
    const lines = [
      "FROM alpine AS Base",
      "ENV PORT=8080",
      "EXPOSE $PORT",
      "FROM base AS tests",
      "EXPOSE 1",
      "FROM base",
    ]
    expect(read(...lines).ports).toEqual([8080])
  })

  test("a stage that has the name of its own image has no base here", () => {
    expect(read("FROM node:24 AS a", "EXPOSE 1", "FROM nginx AS nginx", "EXPOSE 80").ports).toEqual([80])
  })
})

describe("what is started is ENTRYPOINT and CMD, as long as no shell reads them", () => {
  test.each([
    [['CMD ["node", "server.js"]'], ["node", "server.js"]],
    [
      ['ENTRYPOINT ["node"]', 'CMD ["server.js"]'],
      ["node", "server.js"],
    ],
    [
      ['CMD ["node", "old.js"]', 'CMD ["node", \\', '  "new.js"]'],
      ["node", "new.js"],
    ],
    [["CMD node server.js"], undefined],
    [["ENTRYPOINT node", 'CMD ["server.js"]'], undefined],
    [["CMD ['node']"], undefined],
    [["CMD []"], undefined],
    [["CMD"], undefined],
    [[], undefined],
  ])("%j", (lines, program) => expect(read(...lines).program).toEqual(program))
})

test("what is copied of the context is that of all stages, and nothing of a stage, an address or a variable", () => {
  const { copied } = read(
    "COPY package.json *.lock ./",
    'COPY ["a file", "to/"]',
    "ADD https://example.com/x.tar.gz /x",
    "COPY $WHAT .",
    "COPY <<EOF /motd",
    "meow",
    "EOF",
    "FROM scratch",
    "COPY --from=0 /app /app",
    "COPY --chown=1:1 . .",
  )
  expect(copied).toEqual(["package.json", "*.lock", "a file", "."])
})

test("commands of a RUN are told apart, and its flags are none", () => {
  const { runs } = read(
    "RUN --mount=type=cache,target=/c npm ci && \\",
    "    npm run build; echo done",
    "RUN <<EOF",
    "x",
    "EOF",
  )
  expect(runs).toEqual(["npm ci", "npm run build", "echo done"])
})

test("a HEALTHCHECK is its last command, with the values of variables; NONE is none", () => {
  const lines = [
    "ENV PORT=3000",
    "HEALTHCHECK --interval=5s CMD curl -f \\",
    "  http://localhost:$PORT/healthz || exit 1",
  ]
  expect(read(...lines).healthCheck).toBe("curl -f http://localhost:3000/healthz || exit 1")
  expect(read(...lines, "HEALTHCHECK NONE").healthCheck).toBeUndefined()
  expect(read("HEALTHCHECK").healthCheck).toBeUndefined()
})

test.each(["", "hello\n", "# FROM scratch\n", "\u0000", "EXPOSE 80"])("%j is no Dockerfile", (text) =>
  expect(readDockerfile(text)).toBeUndefined(),
)
