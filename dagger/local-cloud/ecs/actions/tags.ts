import type * as Aws from "#aws/ecs"
import { AwsError, invalidParameter, required } from "../aws-error.ts"
import type { Step } from "../step.ts"
import { putRevision } from "../tasks/revisions.ts"
import type { Wire } from "../wire.ts"
import { serviceNamed, taskDefinitionNamed } from "./find.ts"

const mostTags = 50

export function listTagsForResource(
  { state }: Step,
  { resourceArn }: Wire<Aws.ListTagsForResourceRequest>,
): Wire<Aws.ListTagsForResourceResponse> {
  // Of the three operations, this one has no ResourceNotFoundException.
  return { tags: taggedAs(state, resourceArn, invalidParameter).tags }
}

export function tagResource(
  { state }: Step,
  { resourceArn, tags: asked }: Wire<Aws.TagResourceRequest>,
): Wire<Aws.TagResourceResponse> {
  const resource = taggedAs(state, resourceArn)
  const tags = required(asked, "tags")
  const keys = tags.map(({ key }) => key)
  const all = [...resource.tags.filter(({ key }) => !keys.includes(key)), ...tags]
  if (all.length > mostTags) throw invalidParameter(`A resource can have at most ${mostTags} tags.`)
  resource.replace(all)
  return {}
}

export function untagResource(
  { state }: Step,
  { resourceArn, tagKeys: asked }: Wire<Aws.UntagResourceRequest>,
): Wire<Aws.UntagResourceResponse> {
  const resource = taggedAs(state, resourceArn)
  const tagKeys = required(asked, "tagKeys")
  resource.replace(resource.tags.filter(({ key = "" }) => !tagKeys.includes(key)))
  return {}
}

interface Tagged {
  tags: Aws.Tag[]
  replace(tags: Aws.Tag[]): void
}

/** The tags of what an ARN names: a cluster, a service, a task or a task definition. */
function taggedAs(
  state: Step["state"],
  arn: string | undefined,
  missing = (message: string) => new AwsError("ResourceNotFoundException", message),
): Tagged {
  const [, kind, path = ""] = /^arn:[\w-]+:ecs:[\w-]*:\d*:([\w-]+)\/(.+)$/.exec(required(arn, "resourceArn")) ?? []
  const tagged = kind && find(state, kind, path.split("/"))
  if (!kind) throw invalidParameter(`Invalid ARN: ${arn}`)
  if (!tagged) throw missing(`The resource ${arn} was not found.`)
  return tagged
}

function find(state: Step["state"], kind: string, [first = "", second = ""]: string[]): Tagged | undefined {
  switch (kind) {
    case "cluster": {
      const cluster = state.clusters.find(({ clusterName }) => clusterName === first)
      return cluster && { tags: cluster.tags ?? [], replace: (tags) => void (cluster.tags = tags) }
    }
    case "service": {
      const service = serviceNamed(state, first, second)
      if (!service) return undefined
      const { settings } = service
      return { tags: settings.tags ?? [], replace: (tags) => void (service.settings = { ...settings, tags }) }
    }
    case "task": {
      const task = state.tasks.find(({ cluster, id }) => cluster === first && id === second)
      const replace = (tags: Aws.Tag[]) => {
        state.tasks = state.tasks.map((one) => (one === task ? { ...one, tags } : one))
      }
      return task && { tags: task.tags, replace }
    }
    case "task-definition": {
      const registered = taskDefinitionNamed(state, first)
      return registered && { tags: registered.tags, replace: (tags) => putRevision(state, { ...registered, tags }) }
    }
  }
  return undefined
}
