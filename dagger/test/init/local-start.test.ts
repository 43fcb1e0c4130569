import { expect, test } from "vitest"
import { localStartOf } from "../../init/local-start.ts"
import { readDockerfile } from "../../init/read-dockerfile.ts"
import { repository } from "./repository.ts"

async function startOf(lines: string[], files: string[] = []) {
  const root = await repository(Object.fromEntries(files.map((file) => [file, ""])))
  return localStartOf(root, root, "shop", readDockerfile(["FROM x", ...lines].join("\n"))!)
}

test.each([
  ["as in the image", ['CMD ["node", "server.js"]'], ["server.js"], { start: ["node", "server.js"] }],
  [
    "below the folder that it is copied to",
    ["WORKDIR /app", 'CMD ["node", "/app/server.js"]'],
    ["server.js"],
    { start: ["node", "server.js"] },
  ],
  ["without what hands signals on", ['CMD ["tini", "--", "node", "a.js"]'], ["a.js"], { start: ["node", "a.js"] }],
  [
    "with its packages",
    ["RUN npm ci --omit=dev", 'CMD ["npm", "start"]'],
    ["package-lock.json"],
    { prepare: ["npm", "ci", "--omit=dev"], start: ["npm", "start"] },
  ],
  [
    "compiled from TypeScript",
    ["RUN npm ci && npm run build", 'CMD ["node", "dist/main.js"]'],
    ["package-lock.json"],
    { prepare: ["sh", "-c", "npm ci && npm run build"], start: ["node", "dist/main.js"] },
  ],
  [
    "compiled from Go",
    ["RUN CGO_ENABLED=0 go build -o /shop ./cmd/shop", 'ENTRYPOINT ["/shop", "--quiet"]'],
    ["go.mod"],
    { prepare: ["go", "build", "-o", ".bin/shop", "./cmd/shop"], start: [".bin/shop", "--quiet"] },
  ],
  ["of a uv workspace", ['CMD ["python", "-m", "app"]'], ["uv.lock", "pyproject.toml"], {}],
  ["of plain Python", ['CMD ["python3", "app.py"]'], ["app.py"], { start: ["python3", "app.py"] }],
])("a service starts here %s", async (_, lines, files, expected) =>
  expect(await startOf(lines, files)).toEqual(expected),
)

test.each<[string, string[], string[]]>([
  ["has no ENTRYPOINT or CMD that is a list of words", ["CMD node server.js"], ["server.js"]],
  ["starts it on port 8000", ["EXPOSE 8000", 'CMD ["node", "a.js", "--port=8000"]'], ["a.js"]],
  ["starts it on port 8000", ["EXPOSE 8000", 'CMD ["gunicorn", "-b", "0.0.0.0:8000"]'], []],
  ["server.js is not in its folder", ['CMD ["node", "server.js"]'], []],
  ["whose package-lock.json is not in its folder", ["RUN npm ci", 'CMD ["node", "a.js"]'], ["a.js"]],
  ["its packages (requirements.txt) have to be installed", ['CMD ["python", "a.py"]'], ["a.py", "requirements.txt"]],
  ["does not say how it is compiled", ['CMD ["/shop"]'], ["go.mod"]],
  ["nginx is a program of its image", ['CMD ["nginx", "-g", "daemon off;"]'], []],
  ["/shop is a program of its image", ['CMD ["/shop"]'], []],
])("that a Dockerfile tells no start is said: %s", async (words, lines, files) => {
  const { start, problem } = await startOf(lines, files)
  expect(start).toBeUndefined()
  expect(problem).toContain(words)
})
