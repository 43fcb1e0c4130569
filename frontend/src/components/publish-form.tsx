import { publishEntry, type CatalogEntry } from "../api/catalog"
import { besideField } from "../api/problem"
import { Field } from "../ui/field"
import { Form, textIn } from "../ui/form"
import { besideTags, changeIn, EntryFields } from "./entry-fields"

export const PublishForm = ({ published }: { published: (entry: CatalogEntry) => void }) => (
  <Form
    label="Publish an entry"
    action="Publish"
    failure="The entry could not be published"
    send={(data) => {
      const change = changeIn(data)
      const tags = change.tags.length > 0 ? change.tags : undefined
      return publishEntry({ ...change, tags, slug: textIn(data, "slug") }).catch((error: unknown) => {
        throw besideField(besideTags(error, change.tags), 409, "slug")
      })
    }}
    sent={published}
  >
    <EntryFields
      slug={
        <Field
          label="Slug"
          name="slug"
          required
          hint="Its name in addresses, for good: lower-case letters, digits and hyphens."
          format="Use lower-case letters and digits, and hyphens between them."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      }
    />
  </Form>
)
