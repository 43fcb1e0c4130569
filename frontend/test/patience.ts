import { configure } from "@testing-library/react"

// A second is little for a page that asks a real server, on a machine that runs all suites side by side.
configure({ asyncUtilTimeout: 15_000 })
