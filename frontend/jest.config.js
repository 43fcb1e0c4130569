const { displayName, ...web } = require("jest-expo/web/jest-preset")

// Metro's Babel settings, as Metro has them where no babel.config.js is: with one, the site would be built by it, too.
const transform = Object.fromEntries(
  Object.entries(web.transform).map(([files, transformer]) =>
    transformer[0] === "babel-jest"
      ? [
          files,
          ["babel-jest", { ...transformer[1], presets: ["babel-preset-expo"], babelrc: false, configFile: false }],
        ]
      : [files, transformer],
  ),
)

/** Tests of the web app as a browser has it: react-native-web, in jsdom. Nothing of this is in what is exported. */
module.exports = {
  ...web,
  transform: { ...transform, "\\.css$": require.resolve("jest-expo/src/preset/assetFileTransformer") },
  resolver: "<rootDir>/test/resolver.js",
  testEnvironment: "<rootDir>/test/browser.js",
  setupFilesAfterEnv: [...(web.setupFilesAfterEnv ?? []), "<rootDir>/test/patience.ts"],
  testTimeout: 30_000,
  testMatch: ["<rootDir>/test/**/*.test.{ts,tsx}"],
  collectCoverageFrom: ["src/**/*.{ts,tsx}", "!src/**/*.d.ts", "!src/app/+html.tsx"],
  coverageDirectory: "coverage",
  reporters: [
    "default",
    [
      "jest-junit",
      {
        outputDirectory: "coverage",
        suiteNameTemplate: "{filepath}",
        classNameTemplate: "{filepath}",
        titleTemplate: "{title}",
        reportTestSuiteErrors: "true",
      },
    ],
  ],
  coverageReporters: ["lcovonly", ["cobertura", { file: "coverage.xml" }], ["html", { subdir: "html" }]],
}
