import { eventId } from "../ids.ts"
import type { Service, Task } from "../state.ts"
import type { Step } from "../step.ts"
import { epochSeconds } from "../wire.ts"

/** AWS keeps a service's latest 100. */
const kept = 100

/** Adds a service event; `prefix` where AWS names more than the service. */
export function addEvent(step: Step, service: Service, text: string, prefix = `service ${service.name}`): void {
  service.events = [
    { id: eventId(step.state), createdAt: epochSeconds(step.now), message: `(${prefix}) ${text}` },
    ...service.events.slice(0, kept - 1),
  ]
}

export function listed(tasks: Task[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(" ")
}
