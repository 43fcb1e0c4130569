import { useLocalSearchParams, useRouter } from "expo-router"
import { useEffect, useId, useRef } from "react"
import styles from "./search-box.module.css"

const pause = 250

/** What the address of this page says is searched for. So a search outlives a reload, and the way back from an entry. */
export const useSearch = (): string => useLocalSearchParams<{ q?: string }>().q ?? ""

/** Searches as one types, whenever there is a short pause. */
export function SearchBox({ label }: { label: string }) {
  const id = useId()
  const q = useSearch()
  const router = useRouter()
  const input = useRef<HTMLInputElement>(null)
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(typing.current), [])
  useEffect(() => {
    // The search has been changed elsewhere, by a link to the whole catalogue.
    if (input.current && input.current !== document.activeElement) input.current.value = q
  }, [q])

  const searchAfter = (milliseconds: number) => {
    clearTimeout(typing.current)
    typing.current = setTimeout(() => {
      router.setParams({ q: input.current?.value.trim() || undefined })
    }, milliseconds)
  }
  return (
    <form
      role="search"
      className={styles.search}
      onSubmit={(event) => {
        event.preventDefault()
        searchAfter(0)
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="search"
        defaultValue={q}
        maxLength={100}
        autoComplete="off"
        placeholder="A name, a slug, a word"
        onChange={() => searchAfter(pause)}
      />
    </form>
  )
}
