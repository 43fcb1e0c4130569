import type { Service } from "../../platform/manifest.ts"

/** Whose command line runs a text, by the program that starts a service here; without one it is Python. */
export const interpreters = {
  python: (program: string) => ["python", "-c", program],
  node: (program: string) => ["node", "--eval", program],
}

export type Interpreter = keyof typeof interpreters

/** What a service's image can run a text by; undefined where nothing is known of it. */
export function interpreterOf({ start }: Pick<Service, "start">): Interpreter | undefined {
  if (!start) return "python"
  const [, name] = /^(?:.*\/)?(node|python)[\d.]*$/.exec(start[0]!) ?? []
  return name as Interpreter | undefined
}
