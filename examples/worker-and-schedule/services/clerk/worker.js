const { PAUSE_SECONDS = "30", SERVICE_VERSION = "unknown" } = process.env

/** What it does until somebody stops it; nobody calls it. */
const sort = () => console.log(JSON.stringify({ level: "INFO", message: "sorted the letters", version: SERVICE_VERSION }))

sort()
const timer = setInterval(sort, Number(PAUSE_SECONDS) * 1000)
process.on("SIGTERM", () => clearInterval(timer))
