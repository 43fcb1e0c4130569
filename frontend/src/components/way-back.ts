import { useRouter } from "expo-router"

/** Leads to where one came from, or to the catalogue if that was not here. */
export function useWayBack(): () => void {
  const router = useRouter()
  return () => (router.canGoBack() ? router.back() : router.replace("/"))
}
