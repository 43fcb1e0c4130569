import { AwsError } from "../../local-cloud/ecs/aws-error.ts"

/** What AWS lets one account and region do: at once, and then each second; from the developer guides of ECS and of load balancing. */
const limits: [RegExp, { burst: number; refill: number }][] = [
  [/^(Create|Update|Delete)Service$/, { burst: 50, refill: 5 }],
  [/^(Describe|List)Services$/, { burst: 100, refill: 20 }],
  [/^(Describe|List)Tasks$/, { burst: 100, refill: 20 }],
  [/^(Run|Stop)Task$/, { burst: 100, refill: 40 }],
  [/^(Register|Deregister)TaskDefinition$/, { burst: 20, refill: 1 }],
  [/^DescribeTaskDefinition$/, { burst: 50, refill: 20 }],
  [/Service(Deployment|Revision)s?$/, { burst: 50, refill: 20 }],
  [/^DescribeTargetHealth$/, { burst: 40, refill: 10 }],
]

/** Token buckets as AWS has them: a call that finds none is answered with "Rate exceeded". */
export function apiLimits(now: () => number) {
  const buckets = new Map<RegExp, { tokens: number; at: number }>()
  const throttled = new Map<string, number>()
  return {
    /** How many calls were turned away, by action */
    throttled,
    admit(action: string): void {
      const [pattern, { burst, refill }] = limits.find(([pattern]) => pattern.test(action)) ?? [
        /^/,
        { burst: Infinity, refill: 0 },
      ]
      const { tokens, at } = buckets.get(pattern) ?? { tokens: burst, at: now() }
      const filled = Math.min(burst, tokens + ((now() - at) / 1000) * refill)
      buckets.set(pattern, { tokens: filled >= 1 ? filled - 1 : filled, at: now() })
      if (filled >= 1) return
      throttled.set(action, (throttled.get(action) ?? 0) + 1)
      throw new AwsError("ThrottlingException", "Rate exceeded")
    },
  }
}
