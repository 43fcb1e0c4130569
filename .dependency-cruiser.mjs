/** What each folder of dagger/ may import, besides itself: arrows point downwards (docs/architecture.md). */
const below = {
  platform: [],
  aws: ["platform"],
  "local-cloud": ["aws/clients", "platform"],
  delivery: ["aws", "platform"],
  report: ["delivery", "aws", "platform"],
  quality: ["report/table", "delivery", "aws", "platform"],
  init: ["delivery/provenance/signing", "aws/credentials", "platform"],
  commands: ["init", "quality", "report", "delivery", "aws", "platform"],
  node: ["commands", "quality", "report", "delivery", "local-cloud", "aws", "platform"],
  // Dagger's SDK loads and reads all that src imports before each call.
  src: [],
  engine: ["src/work", "commands", "quality", "report", "delivery", "local-cloud", "aws", "platform"],
}

const layers = Object.entries(below).map(([folder, allowed]) => ({
  name: `${folder}-imports-downwards`,
  severity: "error",
  from: { path: `^dagger/${folder}/` },
  to: { path: "^(dagger|bench)/", pathNot: [`^dagger/(${[folder, ...allowed].join("|")})[/.]`, "node_modules"] },
}))

export default {
  forbidden: [
    { name: "no-circular-import", severity: "error", from: {}, to: { circular: true } },
    {
      name: "only-the-module-knows-dagger",
      severity: "error",
      from: { path: "^dagger/", pathNot: "^dagger/(src|engine)/" },
      to: { path: "@dagger.io" },
    },
    {
      name: "what-serves-needs-no-development-package",
      comment: "bootstrap.mjs leaves them out for npm start",
      severity: "error",
      from: { path: "^dagger/", pathNot: "^dagger/(src|engine|test)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "fast-tests-start-no-process",
      comment: "those that do end in .integration.test.ts",
      severity: "error",
      from: { path: "^dagger/test/.*[.]test[.]ts$", pathNot: "[.]integration[.]test[.]ts$" },
      to: { path: "^dagger/test/delivery/emulator[.]ts$", reachable: true },
    },
    ...layers,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dagger/sdk/|/node_modules/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs"] },
  },
}
