/** Memory that Fargate has for each size of CPU, in MiB: from, to, and by steps of; beside it, 512 for the smallest. */
const memoryOf: Record<number, [from: number, to: number, step: number]> = {
  256: [1024, 2048, 1024],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16_384: [32_768, 122_880, 8192],
}

/** Why Fargate has no task of a size, with what it has; undefined where it has one. */
export function problemOfSize(cpu: number, memory: number): string | undefined {
  const [from, to, step] = memoryOf[cpu]!
  const fits = (memory >= from && memory <= to && memory % step === 0) || (cpu === 256 && memory === 512)
  if (fits) return undefined
  const range = cpu === 256 ? "512, 1024 or 2048" : `${from} to ${to} in steps of ${step}`
  return `Fargate has no task with ${cpu} CPU units and ${memory} MiB; with ${cpu} it has ${range}`
}
