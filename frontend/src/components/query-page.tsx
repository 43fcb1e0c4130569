import type { UseQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Page } from "../ui/page"
import { ProblemNotice } from "../ui/notice"
import { Skeleton } from "../ui/skeleton"

interface QueryPageProps<Data> {
  query: UseQueryResult<Data>
  /** Of the page while its data is on the way, or if it does not come */
  title: string
  failure: string
  titleOf: (data: Data) => string
  leadOf?: (data: Data) => ReactNode
  emblemOf?: (data: Data) => ReactNode
  narrow?: boolean
  children: (data: Data) => ReactNode
}

/** A page about one thing that is read first. */
export function QueryPage<Data>({
  query,
  title,
  failure,
  titleOf,
  leadOf,
  emblemOf,
  narrow,
  children,
}: QueryPageProps<Data>) {
  const { data, error, refetch } = query
  if (data === undefined) {
    return (
      <Page title={title} narrow={narrow}>
        {error ? <ProblemNotice title={failure} error={error} retry={refetch} /> : <Skeleton lines={5} />}
      </Page>
    )
  }
  return (
    <Page title={titleOf(data)} lead={leadOf?.(data)} emblem={emblemOf?.(data)} narrow={narrow}>
      {children(data)}
    </Page>
  )
}
