import { defineConfig, globalIgnores } from "eslint/config"
import expo from "eslint-config-expo/flat.js"

export default defineConfig([globalIgnores(["dist/", ".expo/", "expo-env.d.ts"]), expo])
