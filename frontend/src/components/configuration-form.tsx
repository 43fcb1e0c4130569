import type { ReactNode } from "react"
import type { Configuration, ConfiguredEntry } from "../api/installation"
import { queries } from "../queries"
import { TextArea } from "../ui/field"
import { Form, textIn, useDraft } from "../ui/form"
import { formOf, saveAs } from "./configuration"
import { HeaderRows } from "./header-rows"

interface ConfigurationFormProps {
  initial: Configuration
  /** Of what it begins with, if that is kept already */
  version?: string
  action: string
  failure: string
  save: (configuration: Configuration, version: string | undefined) => Promise<ConfiguredEntry>
  saved: (entry: ConfiguredEntry) => void
  remedy: (error: Error) => ReactNode
}

/** What an entry is installed with: the same form for the first time and for every other. */
export function ConfigurationForm({ initial, version, save, saved, ...form }: ConfigurationFormProps) {
  const { rows, others } = formOf(initial)
  return (
    <Form
      {...form}
      label="Configuration"
      send={(data) => saveAs((configuration) => save(configuration, textIn(data, "version") || undefined), data)}
      sent={async (entry) => {
        await queries.invalidateQueries({ queryKey: ["installed"] })
        saved(entry)
      }}
    >
      <Version of={version} />
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

/** Goes with what is typed: what was changed while nobody was logged in has another version by then, and is not replaced. */
const Version = ({ of = "" }: { of?: string }) => {
  const draft = useDraft()
  return <input type="hidden" name="version" defaultValue={draft ? textIn(draft, "version") : of} />
}
