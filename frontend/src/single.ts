import { useMutation } from "@tanstack/react-query"
import { useRef } from "react"

/**
 * A mutation that runs once at a time. `isPending` would let a second click pass that comes before React has rendered the
 * first one's.
 */
export function useSingleMutation<Input, Result>(
  act: (input: Input) => Promise<Result>,
  done: (result: Result) => unknown,
) {
  const running = useRef(false)
  const mutation = useMutation({
    mutationFn: act,
    onSuccess: done,
    onSettled: () => {
      running.current = false
    },
  })
  const run = (input: Input) => {
    if (running.current) return
    running.current = true
    mutation.mutate(input)
  }
  return { ...mutation, run }
}
