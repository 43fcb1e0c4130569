const { leanFile } = require("../metro.lean.js")

/** Tests have of the libraries what the exported site has. */
module.exports = (name, options) => leanFile(options.defaultResolver(name, options))
