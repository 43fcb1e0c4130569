// expo-router makes a navigator of native screens when it is loaded, and this site shows none.
exports.createNativeStackNavigator = () => ({ Navigator: () => null })
