import { useQuery } from "@tanstack/react-query"
import { useLocalSearchParams, useRouter } from "expo-router"
import { listTags } from "../api/catalog"
import { useHydrated } from "../hydrated"
import { TextLink } from "../ui/text-link"
import styles from "./tags.module.css"

/** As many as are offered to filter by */
const offered = 12

/** The tags that the address of this page says one looks for. */
export const useChosenTags = (): string[] => [useLocalSearchParams<{ tag?: string | string[] }>().tag ?? []].flat()

/** Tags to filter the catalogue by: what is shown has all that are pressed. */
export function TagFilter() {
  const router = useRouter()
  const isHydrated = useHydrated()
  const chosen = useChosenTags()
  const { data = [] } = useQuery({ queryKey: ["catalog", "tags"], queryFn: ({ signal }) => listTags(signal) })
  const tags = [...new Set([...chosen, ...data.slice(0, offered).map(({ tag }) => tag)])]
  if (!isHydrated || tags.length === 0) return null
  const toggle = (tag: string) => {
    const rest = chosen.filter((one) => one !== tag)
    const next = rest.length < chosen.length ? rest : [...chosen, tag]
    router.setParams({ tag: next.length > 0 ? next : undefined })
  }
  return (
    <ul className={styles.tags} aria-label="Filter by tag">
      {tags.map((tag) => (
        <li key={tag}>
          <button type="button" className={styles.tag} aria-pressed={chosen.includes(tag)} onClick={() => toggle(tag)}>
            {tag}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** An entry's tags; each leads to the others that have it. */
export const TagLinks = ({ tags }: { tags: string[] }) => (
  <ul className={styles.tags} aria-label="Tags">
    {tags.map((tag) => (
      <li key={tag}>
        <TextLink className={styles.tag} href={{ pathname: "/", params: { tag } }}>
          {tag}
        </TextLink>
      </li>
    ))}
  </ul>
)
