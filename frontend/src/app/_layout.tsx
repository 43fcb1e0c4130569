import { QueryClientProvider } from "@tanstack/react-query"
import { Slot } from "expo-router"
import "../theme.css"
import "../base.css"
import { Frame } from "../components/frame"
import { queries } from "../queries"

export default function Layout() {
  return (
    <QueryClientProvider client={queries}>
      <Frame>
        <Slot />
      </Frame>
    </QueryClientProvider>
  )
}
