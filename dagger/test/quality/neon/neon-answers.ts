import type { NeonBranch, Operation } from "./neon-world.ts"

/** Neon's answers, in the shapes of its document. */
export const answers = {
  branch(project: string, branch: NeonBranch, root: NeonBranch) {
    const at = branch.createdAt.toISOString()
    return {
      id: branch.id,
      project_id: project,
      parent_id: branch.parentId,
      name: branch.name,
      current_state: "ready",
      state_changed_at: at,
      creation_source: "console",
      created_at: at,
      updated_at: at,
      default: branch === root,
      protected: branch.protected,
      cpu_used_sec: 0,
      active_time_seconds: 0,
      compute_time_seconds: 0,
      written_data_bytes: 0,
      data_transfer_bytes: 0,
      expires_at: branch.expiresAt?.toISOString(),
    }
  },

  branches(project: string, page: NeonBranch[], root: NeonBranch, next: string | undefined) {
    const annotations = page.filter(({ annotation }) => Object.keys(annotation).length > 0).map(annotationOf)
    return {
      branches: page.map((branch) => answers.branch(project, branch, root)),
      annotations: Object.fromEntries(annotations.map((annotation) => [annotation.object.id, annotation])),
      pagination: { next, sort_by: "updated_at", sort_order: "DESC" },
    }
  },

  created(project: string, branch: NeonBranch, root: NeonBranch) {
    const [at, id] = [branch.createdAt.toISOString(), branch.id]
    return {
      branch: answers.branch(project, branch, root),
      endpoints: [endpointOf(project, branch)],
      operations: branch.operations.map((operation) => answers.operation(project, operation)),
      roles: [{ branch_id: id, name: branch.role, password: branch.password, created_at: at, updated_at: at }],
      databases: answers.databases(branch),
    }
  },

  databases(branch: NeonBranch) {
    const at = branch.createdAt.toISOString()
    return branch.databases.map((name, index) => ({
      id: index + 1,
      branch_id: branch.id,
      name,
      owner_name: branch.role,
      created_at: at,
      updated_at: at,
    }))
  },

  operation(project: string, { id, branchId, action, statuses }: Operation) {
    const at = new Date().toISOString()
    return {
      id,
      project_id: project,
      branch_id: branchId,
      action,
      status: statuses[0]!,
      failures_count: statuses[0] === "failed" ? 1 : 0,
      created_at: at,
      updated_at: at,
      total_duration_ms: 1,
    }
  },
}

function annotationOf(branch: NeonBranch) {
  return { object: { type: "console/branch", id: branch.id }, value: branch.annotation }
}

function endpointOf(project: string, branch: NeonBranch) {
  const at = branch.createdAt.toISOString()
  const id = branch.id.replace("br-", "ep-")
  return {
    host: `${id}.sa-east-1.aws.neon.tech`,
    id,
    project_id: project,
    branch_id: branch.id,
    region_id: "aws-sa-east-1",
    autoscaling_limit_min_cu: 0.25,
    autoscaling_limit_max_cu: 0.25,
    type: "read_write",
    current_state: "init",
    settings: {},
    pooler_enabled: false,
    pooler_mode: "transaction",
    disabled: false,
    passwordless_access: true,
    creation_source: "console",
    created_at: at,
    updated_at: at,
    proxy_host: "sa-east-1.aws.neon.tech",
    suspend_timeout_seconds: 0,
    provisioner: "k8s-neonvm",
  }
}
