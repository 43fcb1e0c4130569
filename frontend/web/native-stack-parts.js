// expo-router names the parts of a stack of native screens when it is loaded, and this site shows none.
module.exports = {}
