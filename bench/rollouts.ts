import { deploy, finish, running } from "../dagger/test/local-cloud/ecs/world.ts"
import { median, type Figure } from "./figure.ts"

const deployments = 100
/** Each step copies the state, which remembers them all; nothing else may grow with them. */
const limit = 50

/** How much longer the local ECS computes for ten minutes of nothing but health checks, with many deployments behind it. */
export function measureRollouts(): Figure[] {
  const rounds = Array.from({ length: 3 }, () => idleAfter(deployments) / idleAfter(1))
  const ratio = median(rounds)
  return [
    [`an idle local ECS after ${deployments} deployments / after 1`, ratio.toFixed(0), String(limit), ratio <= limit],
  ]
}

/** In milliseconds */
function idleAfter(count: number): number {
  const cats = running({})
  for (let number = 0; number < count; number++) {
    deploy(cats, `image-${number}`)
    finish(cats)
  }
  const started = performance.now()
  cats.pass(600)
  return performance.now() - started
}
