import { publishEntry, type CatalogEntry } from "../api/catalog"
import { besideField } from "../api/problem"
import { Field, TextArea } from "../ui/field"
import { Form, textIn } from "../ui/form"

export const PublishForm = ({ published }: { published: (entry: CatalogEntry) => void }) => (
  <Form
    label="Publish an entry"
    action="Publish"
    failure="The entry could not be published"
    send={(data) =>
      publishEntry({
        slug: textIn(data, "slug"),
        name: textIn(data, "name"),
        description: textIn(data, "description"),
        endpoint: textIn(data, "endpoint"),
      }).catch((error: unknown) => {
        throw besideField(error, 409, "slug")
      })
    }
    sent={published}
  >
    <Field label="Name" name="name" required hint="What people read in the catalogue." autoComplete="off" />
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
    <Field
      label="Endpoint"
      name="endpoint"
      required
      type="url"
      hint="Where calls go. Everybody can read it, so it has no place for credentials."
      placeholder="https://api.example.org/v1"
      autoComplete="off"
    />
    <TextArea label="Description" name="description" rows={4} hint="Optional: what it does, and for whom." />
  </Form>
)
