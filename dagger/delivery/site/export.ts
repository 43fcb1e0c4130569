/** What an export is told, by both runners: ask no server, ask nobody, and build for production. */
export const exportEnvironment = { CI: "1", EXPO_OFFLINE: "1", EXPO_NO_TELEMETRY: "1", NODE_ENV: "production" }
