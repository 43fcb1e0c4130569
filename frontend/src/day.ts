const format = new Intl.DateTimeFormat("en", { dateStyle: "long" })

/** The day of what the API tells as a time, as people write it. */
export const dayOf = (time: string): string => format.format(new Date(time))
