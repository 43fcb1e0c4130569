import {
  keepPreviousData,
  useInfiniteQuery,
  type InfiniteData,
  type UseInfiniteQueryResult,
} from "@tanstack/react-query"
import { useEffect, useRef, type ReactNode } from "react"
import type { Page } from "../api/page"
import { Button } from "../ui/button"
import { ProblemNotice } from "../ui/notice"
import { Skeleton } from "../ui/skeleton"
import styles from "./listing.module.css"

type Read<Item> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>

/** A list that is read page by page. While another one is read, the last one stays. */
export const usePages = <Item,>(queryKey: string[], read: Read<Item>, enabled = true) =>
  useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  })

interface ListingProps<Item> {
  pages: UseInfiniteQueryResult<InfiniteData<Page<Item>>>
  /** What one is called, and many */
  noun: [one: string, many: string]
  failure: string
  empty: ReactNode
  children: (item: Item) => ReactNode
}

/** A list with all that can be the case: not there yet, not to be had, empty, or longer than what is shown. */
export function Listing<Item extends { slug: string }>({ pages, noun, failure, empty, children }: ListingProps<Item>) {
  const list = useRef<HTMLUListElement>(null)
  const firstOfMore = useRef<number>(undefined)
  const items = pages.data?.pages.flatMap((page) => page.items) ?? []
  useEffect(() => {
    // The button goes away with the last page, and the focus would with it.
    if (firstOfMore.current === undefined || items.length <= firstOfMore.current) return
    list.current?.children[firstOfMore.current]?.querySelector("a")?.focus()
    firstOfMore.current = undefined
  }, [items.length])
  if (pages.isPending) return <Skeleton lines={5} label={`Loading ${noun[1]}…`} />
  if (!pages.data) return <ProblemNotice title={failure} error={pages.error} retry={pages.refetch} />

  const loadMore = () => {
    firstOfMore.current = items.length
    void pages.fetchNextPage()
  }
  return (
    <div className={styles.listing}>
      <p role="status" className={styles.count}>
        {countOf(items.length, noun)}
        {pages.hasNextPage && ", and there are more"}
      </p>
      {items.length === 0 && empty}
      <ul ref={list} className={styles.list} aria-busy={pages.isPlaceholderData}>
        {items.map((item) => (
          <li key={item.slug}>{children(item)}</li>
        ))}
      </ul>
      {pages.error && <ProblemNotice title={failure} error={pages.error} retry={retryOf(pages)} />}
      {pages.hasNextPage && (
        <div className={styles.more}>
          <Button look="quiet" busy={pages.isFetchingNextPage} onClick={loadMore}>
            Load more
          </Button>
        </div>
      )}
    </div>
  )
}

const countOf = (count: number, [one, many]: [string, string]): string =>
  count === 0 ? `No ${many}` : `${count} ${count === 1 ? one : many}`

const retryOf = <Item,>(pages: ListingProps<Item>["pages"]) =>
  pages.isFetchNextPageError ? () => pages.fetchNextPage() : () => pages.refetch()
