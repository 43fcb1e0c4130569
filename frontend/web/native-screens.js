// expo-router sets what native screens try out, and this site shows none.
exports.featureFlags = { experiment: {} }
