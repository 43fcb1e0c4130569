import type { Directory } from "@dagger.io/dagger"
import type { Input } from "../platform/inputs.ts"

/** Names that the engine's filters take for themselves, not for patterns */
const literal = /^[\w./@+-]+$/

/** What a build gets, as the engine has it; `folder` is what the inputs' paths are below. */
export function directoryOf(source: Directory, folder: string, inputs: Input[]): Directory {
  const isPlain = ({ path, from }: Input) =>
    from === (folder === "." ? path : `${folder}/${path}`) && literal.test(path)
  // A filter is cached by what it lets through, a copy with `include` by the whole folder.
  const plain = source.directory(folder).filter({ include: inputs.filter(isPlain).map(({ path }) => path) })
  const others = inputs.filter((input) => !isPlain(input))
  return others.reduce((directory, { path, from }) => directory.withFile(path, source.file(from)), plain)
}
