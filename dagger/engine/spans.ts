import { getTracer } from "@dagger.io/dagger/telemetry"
import type { Progress } from "../platform/progress.ts"

type Span = ReturnType<ReturnType<typeof getTracer>["startSpan"]>

/** OpenTelemetry's SpanStatusCode.ERROR; the package that names it is the SDK's own. */
const error = 2

/**
 * Shows a command's progress as spans of Dagger, too, so that its screen and traces name what goes on: `deploy › roll out ›
 * catalog`. A step is a span, and within it each subject from its first status until it is done, or the step is.
 */
export function withSpans(command: string, progress: Progress): Progress {
  let path = [command]
  let open = new Map<string, Span>()
  const end = (subject: string, failure?: string) => {
    const span = open.get(subject)
    if (failure !== undefined) span?.setStatus({ code: error, message: failure })
    span?.end()
    open.delete(subject)
  }
  return {
    ...progress,
    status(subject, text) {
      if (!open.has(subject) && subject !== path.at(-1))
        open.set(subject, getTracer().startSpan([...path, subject].join(" › ")))
      progress.status(subject, text)
    },
    done(subject, text) {
      progress.done(subject, text)
      end(subject)
    },
    failed(subject, text) {
      progress.failed(subject, text)
      end(subject, text)
    },
    async within(name, work) {
      const outer = { path, open }
      path = [...path, name]
      open = new Map()
      try {
        return await getTracer().startActiveSpan(path.join(" › "), work)
      } finally {
        for (const subject of open.keys()) end(subject)
        ;({ path, open } = outer)
      }
    },
  }
}
