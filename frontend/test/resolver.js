const { leanFile } = require("../metro.lean.js")

/** Tests have of expo-router what the exported site has. */
module.exports = (name, options) => {
  const file = options.defaultResolver(name, options)
  return file.includes("react-native-web") ? file : leanFile(file)
}
