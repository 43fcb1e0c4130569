import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import type { StoredImage } from "./images.ts"

/** What is run of an image: a command that replaces its own, or what starts it here. */
export function programOf(image: StoredImage, command: string[] | undefined): string[] {
  const isItsOwn = command === undefined || isDeepStrictEqual(command, image.command)
  const [program, ...args] = isItsOwn ? image.start : command
  const inEnvironment = join(image.bin ?? "", program!)
  return [image.bin && existsSync(inEnvironment) ? inEnvironment : program!, ...args]
}

/** The variables that an image's programs find what they need by. */
export const environmentOf = ({ bin, home, folder }: StoredImage): Record<string, string> =>
  bin === undefined
    ? { PATH: process.env.PATH ?? "" }
    : {
        PATH: [bin, process.env.PATH].join(delimiter),
        PYTHONPATH: [home, join(folder, "common")].join(delimiter),
        PYTHONUNBUFFERED: "1",
      }
