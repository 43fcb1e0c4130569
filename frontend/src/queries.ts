import { QueryClient } from "@tanstack/react-query"

/** What has been read of the platform. A person decides whether to try again: an error says so, and has a button. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: false, networkMode: "always", staleTime: 10_000, refetchOnWindowFocus: false },
    mutations: { networkMode: "always" },
  },
})
