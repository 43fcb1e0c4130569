/** Some items of a list, and where it goes on; without a cursor, this is the end. */
export interface Page<Item> {
  items: Item[]
  next_cursor: string | null
}
