/** What a program wrote, and how it ended. */
export interface Output {
  exitCode: number
  stdout: string
  stderr: string
}
