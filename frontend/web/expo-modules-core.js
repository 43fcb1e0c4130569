// What stands between JavaScript and a phone's modules, of which a browser has none.
export const Platform = { OS: "web" }
export const requireOptionalNativeModule = () => null
