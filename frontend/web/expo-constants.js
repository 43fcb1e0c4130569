// expo-router reads what app.json says of routes, and nothing of the device.
export default { expoConfig: JSON.parse(process.env.APP_MANIFEST || "{}") }
