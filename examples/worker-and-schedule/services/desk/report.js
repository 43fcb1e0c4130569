const { ENVIRONMENT, SERVICE_VERSION = "unknown", API_TOKEN } = process.env

if (!API_TOKEN) throw new Error("API_TOKEN is not set")
console.log(`3 letters in ${ENVIRONMENT}, as version ${SERVICE_VERSION} counts them`)
