import type { CatalogEntry, EntryChange } from "../api/catalog"
import { Problem } from "../api/problem"
import { Field, TextArea } from "../ui/field"
import { textIn } from "../ui/form"

/** What an entry is made of, but for its slug, which never changes. */
export const EntryFields = ({ entry, slug }: { entry?: CatalogEntry; slug?: React.ReactNode }) => (
  <>
    <Field
      label="Name"
      name="name"
      required
      defaultValue={entry?.name}
      hint="What people read in the catalogue."
      autoComplete="off"
    />
    {slug}
    <Field
      label="Endpoint"
      name="endpoint"
      type="url"
      required
      defaultValue={entry?.endpoint}
      hint="Where calls go. Everybody can read it, so it has no place for credentials."
      placeholder="https://api.example.org/v1"
      autoComplete="off"
    />
    <TextArea
      label="Description"
      name="description"
      rows={4}
      defaultValue={entry?.description}
      hint="Optional: what it does, and for whom."
    />
    <Field
      label="Tags"
      name="tags"
      defaultValue={entry?.tags?.join(", ")}
      hint="Optional: up to five words to find it by, with commas between them."
      placeholder="weather, free"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  </>
)

export const changeIn = (data: FormData): EntryChange => ({
  name: textIn(data, "name"),
  description: textIn(data, "description"),
  endpoint: textIn(data, "endpoint"),
  tags: tagsIn(textIn(data, "tags")),
})

const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim().toLowerCase())
      .filter(Boolean),
  ),
]

const wellFormed = "A tag has letters, digits and hyphens, and no spaces."

/** One control has all tags: what is wrong with one of them is said of it by name. */
export function besideTags(error: unknown, tags: string[]): unknown {
  if (!(error instanceof Problem)) return error
  const fields = error.fields.map((field) => {
    const tag = field.loc[0] === "tags" && field.loc[1] !== undefined ? tags[Number(field.loc[1])] : undefined
    if (tag === undefined) return field
    const detail = field.type === "string_pattern_mismatch" ? wellFormed : field.detail
    return { ...field, type: "tag", detail: `“${tag}”: ${detail}` }
  })
  return new Problem(error.message, { ...error, fields })
}
