import type { ConfiguredEntry, Configuration } from "../api/installation"
import { queries } from "../queries"
import { TextArea } from "../ui/field"
import { Form } from "../ui/form"
import { formOf, installAs } from "./configuration"
import { HeaderRows } from "./header-rows"

interface ConfigurationFormProps {
  entryId: string
  initial: Configuration
  action: string
  installed: (entry: ConfiguredEntry) => void
}

/** What an entry is installed with: the same form for the first time and for every other. */
export function ConfigurationForm({ entryId, initial, action, installed }: ConfigurationFormProps) {
  const { rows, others } = formOf(initial)
  return (
    <Form
      label="Configuration"
      action={action}
      failure="The entry could not be installed"
      send={(data) => installAs(entryId, data)}
      sent={async (entry) => {
        await queries.invalidateQueries({ queryKey: ["installed"] })
        installed(entry)
      }}
    >
      <HeaderRows initial={rows} />
      <TextArea
        label="Other members"
        name="others"
        rows={5}
        defaultValue={others}
        code
        spellCheck={false}
        hint={
          <>
            Optional: a JSON object of your own, such as <code>{'{"units": "metric"}'}</code>. It is kept with the
            headers, and not sent.
          </>
        }
      />
    </Form>
  )
}
