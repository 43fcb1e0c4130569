import type { Branch, Database, Operation } from "#neon/api-client"
import { randomBytes } from "node:crypto"
import { refused } from "../../platform/failure.ts"
import { once } from "../../platform/once.ts"
import type { Progress } from "../../platform/progress.ts"
import { branchName, type Run } from "./branch-name.ts"
import { listBranches } from "./branches.ts"
import { NeonError, type Neon } from "./api.ts"
import { untilDone } from "./operations.ts"
import { explain } from "./refusals.ts"

/** The branch that tests branch off. */
const parentName = "test"
/** Far more than the tests take: a branch whose run was killed is gone after it. */
const lifetimeMinutes = 120
/** How often something is asked for whose answer is lost */
const attempts = 3
/** Of the annotation by which a run knows the branch that it asked for */
const annotation = "cat-house-run"
const subject = "neon"

/** A branch for one run of the tests, with a compute of its own. */
export interface TestBranch {
  name: string
  /** The parent's database, as it was when the branch was made */
  database: string
  /** The URL of a database; `pooled` is for tests, the direct one for migrations. It holds a password. */
  urlOf(database: string, kind: "direct" | "pooled"): Promise<string>
  createDatabase(name: string): Promise<void>
  /** How the schema of `database` differs from the parent's; empty where it does not */
  schemaDiff(): Promise<string>
  /** Deletes the branch. It does not fail: what cannot be deleted expires. */
  close(): Promise<void>
}

/** Makes a branch off `test`, named after commit and run, and waits until it can be used. */
export async function openBranch(neon: Neon, run: Run, progress: Progress): Promise<TestBranch> {
  const name = branchName(run)
  progress.status(subject, `making branch ${name}`)
  try {
    const parent = await findParent(neon)
    const expiresAt = new Date(neon.clock.now() + lifetimeMinutes * 60_000)
    const { branch, operations } = await create(neon, name, parent, expiresAt)
    const close = once(() => remove(neon, branch, progress))
    try {
      requireExpiry(branch, expiresAt)
      await untilDone(neon, operations)
      const opened = await use(neon, branch, parent, close)
      progress.done(subject, `branch ${name} off ${parentName}, until ${branch.expires_at} at the latest`)
      return opened
    } catch (error) {
      await close()
      throw error
    }
  } catch (error) {
    throw explain(error, `make branch ${name}`, neon.project)
  }
}

async function findParent(neon: Neon): Promise<Branch> {
  const { branches } = await listBranches(neon, parentName)
  const parent = branches.find(({ name }) => name === parentName)
  if (!parent) {
    throw refused(
      `Neon's project ${neon.project} has no branch "${parentName}".`,
      `Each run branches off it. Make it once in Neon's console, with the schema that the tests begin with.`,
    )
  }
  if (parent.expires_at) {
    throw refused(
      `the branch "${parentName}" expires, and Neon branches off none that does.`,
      "Take its expiry away in Neon's console.",
    )
  }
  return parent
}

interface Created {
  branch: Branch
  operations: Operation[]
}

/** Asks for the branch. Where the answer is lost, the name and the run's annotation tell whether it was made. */
async function create(neon: Neon, name: string, parent: Branch, expiresAt: Date): Promise<Created> {
  const nonce = randomBytes(16).toString("hex")
  const body = {
    branch: { name, parent_id: parent.id, expires_at: expiresAt.toISOString() },
    endpoints: [{ type: "read_write" as never, autoscaling_limit_min_cu: 0.25, autoscaling_limit_max_cu: 0.25 }],
    annotation_value: { [annotation]: nonce },
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await neon.call((api) => api.createProjectBranch(neon.project, body))
    } catch (error) {
      if (!(error instanceof NeonError) || !(error.ambiguous || error.status === 409)) throw error
      const found = await find(neon, name, nonce)
      if (found) return found
      if (error.status === 409 || attempt === attempts) throw error
    }
  }
}

/** The branch of this name, if it is the one that was asked for. */
async function find(neon: Neon, name: string, nonce: string): Promise<Created | undefined> {
  const { branches, annotations } = await listBranches(neon, name)
  const branch = branches.find((branch) => branch.name === name)
  if (!branch || annotations[branch.id]?.value[annotation] !== nonce) return undefined
  return { branch, operations: await operationsOn(neon, branch) }
}

async function operationsOn(neon: Neon, branch: Branch): Promise<Operation[]> {
  const request = { projectId: neon.project, limit: 100 }
  const { operations } = await neon.call((api) => api.listProjectOperations(request), { repeatable: true })
  return operations.filter((operation) => operation.branch_id === branch.id)
}

/** Asks for a database. Where the answer is lost, what it would have told is asked for: the branch is this run's alone. */
async function createDatabase(neon: Neon, branch: Branch, name: string, owner: string): Promise<Operation[]> {
  const body = { database: { name, owner_name: owner } }
  for (let attempt = 1; ; attempt++) {
    try {
      return (await neon.call((api) => api.createProjectBranchDatabase(neon.project, branch.id, body))).operations
    } catch (error) {
      if (!(error instanceof NeonError) || !error.ambiguous) throw error
      if ((await databasesOf(neon, branch)).some((database) => database.name === name))
        return operationsOn(neon, branch)
      if (attempt === attempts) throw error
    }
  }
}

async function databasesOf(neon: Neon, branch: Branch): Promise<Database[]> {
  const asking = neon.call((api) => api.listProjectBranchDatabases(neon.project, branch.id), { repeatable: true })
  return (await asking).databases
}

function requireExpiry(branch: Branch, asked: Date): void {
  // Neon may round to seconds.
  if (Math.abs(Date.parse(branch.expires_at ?? "") - asked.getTime()) <= 1000) return
  throw refused(
    "Neon did not take the branch's expiry.",
    `Asked for ${asked.toISOString()}, got ${branch.expires_at ?? "none"}. A killed run's branch would stay for ever.`,
    "Test on another database (--database postgres), and tell the maintainers.",
  )
}

async function use(neon: Neon, branch: Branch, parent: Branch, close: () => Promise<void>): Promise<TestBranch> {
  const { project } = neon
  const [first] = (await databasesOf(neon, branch)).toSorted((a, b) => a.id - b.id)
  if (!first) {
    throw refused(
      `the branch "${parentName}" has no database.`,
      "Make one in Neon's console, with a role that owns it.",
    )
  }
  const explained = async <T>(what: string, asking: Promise<T>): Promise<T> =>
    asking.catch((error: unknown) => {
      throw explain(error, what, project)
    })
  return {
    name: branch.name,
    database: first.name,
    close,
    async urlOf(database, kind) {
      const request = {
        projectId: project,
        branch_id: branch.id,
        database_name: database,
        role_name: first.owner_name,
        pooled: kind === "pooled",
      }
      const asking = neon.call((api) => api.getConnectionUri(request), { repeatable: true })
      return (await explained(`tell the URL of ${database}`, asking)).uri
    },
    async createDatabase(name) {
      const making = createDatabase(neon, branch, name, first.owner_name)
      await explained(
        `make database ${name}`,
        making.then((operations) => untilDone(neon, operations)),
      )
    },
    async schemaDiff() {
      const request = { projectId: project, branchId: branch.id, base_branch_id: parent.id, db_name: first.name }
      const asking = neon.call((api) => api.getProjectBranchSchemaComparison(request), { repeatable: true })
      return (await explained("compare schemas", asking)).diff ?? ""
    },
  }
}

async function remove(neon: Neon, branch: Branch, progress: Progress): Promise<void> {
  try {
    await deleteBranch(neon, branch.id)
    progress.done(subject, `branch ${branch.name} deleted`)
  } catch (error) {
    const reason = error instanceof NeonError ? `${error.status ?? "no answer"}: ${error.message}` : String(error)
    progress.failed(subject, `branch ${branch.name} could not be deleted (${reason}); it expires ${branch.expires_at}`)
  }
}

/** Deletes a branch; one that is gone already is as good. */
export async function deleteBranch(neon: Neon, branchId: string): Promise<void> {
  const request = { projectId: neon.project, branchId }
  await neon
    .call((api) => api.deleteProjectBranch(request), { repeatable: true })
    .catch((error: unknown) => {
      if (!(error instanceof NeonError) || error.status !== 404) throw error
    })
}
