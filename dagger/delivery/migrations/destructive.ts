import type { AlterTableCmd, ColumnDef, Node, RangeVar } from "#libpg-query"
import { z } from "zod"
import { messageOf } from "../../platform/failure.ts"

export const migrationSchema = z.object({
  id: z.string(),
  sql: z.string(),
  /** The revisions that it builds on; absent in what was kept before they were, where it is the one before it in the list */
  after: z.array(z.string()).optional(),
  /** Why a migration that cannot be written as SQL may run, in the words of its file */
  reviewed: z.string().optional(),
  /** Whether it leaves the transaction, so that what ran before it is committed whatever happens next */
  autocommit: z.boolean().optional(),
})

/** A step of the database's schema, and its SQL. */
export type Migration = z.infer<typeof migrationSchema>

/** A statement that the version before cannot live with, or that loses what no rollback brings back. */
export interface Destructive {
  revision: string
  statement: string
  reasons: string[]
}

/** Names of tables that the revisions themselves have made: nobody has anything in them yet. */
type Made = Set<string>

/**
 * The destructive statements of revisions that are to run one after another, read as PostgreSQL itself reads them. What
 * cannot be read, or does what its text does not show, counts as destructive.
 */
export async function findDestructive(revisions: Migration[]): Promise<Destructive[]> {
  const { parse } = await import("#libpg-query")
  const made: Made = new Set()
  const found: Destructive[] = []
  for (const { id: revision, sql, reviewed } of revisions) {
    if (reviewed !== undefined)
      found.push({ revision, statement: `-- reviewed: ${reviewed}`, reasons: ["asks the database what to do"] })
    if (isEmpty(sql)) continue // as of a merge
    const bytes = Buffer.from(sql)
    const parsed = await parse(sql).catch(messageOf)
    if (typeof parsed === "string") {
      found.push({ revision, statement: textOf(bytes), reasons: [`PostgreSQL does not read it: ${parsed}`] })
      continue
    }
    for (const { stmt, stmt_location: start = 0, stmt_len: length } of parsed.stmts ?? []) {
      const reasons = reasonsOf(stmt!, made)
      const end = length === undefined ? undefined : start + length
      if (reasons.length > 0) found.push({ revision, statement: textOf(bytes.subarray(start, end)), reasons })
    }
  }
  return found
}

/** Comments alone, which PostgreSQL's parser does not take for a query. */
const isEmpty = (sql: string): boolean => sql.replace(/--.*$/gm, "").replaceAll(";", "").trim() === ""

/** A statement without the comments before it, which PostgreSQL counts as a part of it. */
const textOf = (bytes: Buffer): string =>
  bytes
    .toString()
    .replace(/^(\s|--.*\n)+/, "")
    .trimEnd()

function reasonsOf(node: Node, made: Made): string[] {
  if ("CreateStmt" in node) {
    made.add(nameOf(node.CreateStmt.relation))
    return []
  }
  if ("AlterTableStmt" in node) {
    const { relation, cmds = [] } = node.AlterTableStmt
    const table = nameOf(relation)
    if (made.has(table)) return []
    return cmds.flatMap((cmd) => ("AlterTableCmd" in cmd ? reasonOfChange(table, cmd.AlterTableCmd) : []))
  }
  if ("DropStmt" in node) {
    const { objects = [], removeType } = node.DropStmt
    const lost = objects.map(namesIn).filter((name) => removeType !== "OBJECT_TABLE" || !made.has(name))
    // An index holds nothing of its own.
    return removeType === "OBJECT_INDEX" ? [] : lost.map((name) => `drops the ${kindOf(removeType)} ${name}`)
  }
  if ("RenameStmt" in node) {
    const { renameType, relation, subname, newname = "" } = node.RenameStmt
    const table = nameOf(relation)
    if (renameType === "OBJECT_INDEX") return []
    if (made.has(table)) {
      if (renameType === "OBJECT_TABLE") made.add(newname)
      return []
    }
    const what = [table, subname].filter(Boolean).join(".")
    return [`renames the ${kindOf(renameType)} ${what || "named below"} to ${newname}`]
  }
  if ("TruncateStmt" in node) return (node.TruncateStmt.relations ?? []).map((table) => `empties ${namesIn(table)}`)
  if ("DeleteStmt" in node) return lossOfRows(nameOf(node.DeleteStmt.relation), made)
  if ("AlterObjectSchemaStmt" in node) return ["moves something to another schema, which renames it"]
  if ("AlterEnumStmt" in node)
    return node.AlterEnumStmt.oldVal ? [`renames the value ${node.AlterEnumStmt.oldVal}`] : []
  if ("DropOwnedStmt" in node || "DropdbStmt" in node || "DropRoleStmt" in node) return ["drops more than is named"]
  if ("DoStmt" in node || "CallStmt" in node) return ["does what its text does not show"]
  return []
}

/** What Alembic deletes of its own table, where branches of revisions are merged, is no loss. */
const lossOfRows = (table: string, made: Made): string[] =>
  table === "alembic_version" || made.has(table) ? [] : [`deletes rows of ${table}`]

function reasonOfChange(table: string, { subtype, name, def }: AlterTableCmd): string[] {
  const column = `${table}.${name}`
  switch (subtype) {
    case "AT_DropColumn":
      return [`drops the column ${column}`]
    case "AT_DropConstraint":
      return [`drops the constraint ${name} of ${table}`]
    case "AT_DetachPartition":
      return [`takes a partition out of ${table}`]
    case "AT_AlterColumnType":
      return [`changes the type of ${column}`]
    case "AT_SetNotNull":
      return [`refuses NULL in ${column}, which the version before may write`]
    case "AT_ColumnDefault":
      return def ? [] : [`drops the default of ${column}, which the version before may rely on`]
    case "AT_DropIdentity":
    case "AT_DropExpression":
      return [`drops how ${column} gets its value, which the version before relies on`]
    case "AT_AddColumn":
      return def && "ColumnDef" in def && mustBeGiven(def.ColumnDef)
        ? [
            `adds ${table}.${def.ColumnDef.colname} as NOT NULL without a default, which the version before does not write`,
          ]
        : []
    default:
      return []
  }
}

/** Whether a new column has to be given a value by whoever inserts a row. */
function mustBeGiven({ constraints = [], typeName }: ColumnDef): boolean {
  const types = constraints.map((each) => ("Constraint" in each ? each.Constraint.contype : undefined))
  const givesItself = ["CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"] as const
  const isSerial = (typeName?.names ?? []).some(
    (name) => "String" in name && /^(small|big)?serial\d?$/.test(name.String.sval!),
  )
  const refusesNull = types.includes("CONSTR_NOTNULL") || types.includes("CONSTR_PRIMARY")
  return refusesNull && !isSerial && !givesItself.some((type) => types.includes(type))
}

const nameOf = (table: RangeVar | undefined): string => [table?.schemaname, table?.relname].filter(Boolean).join(".")

/** The name of what a statement is about, whatever PostgreSQL wraps it in. */
function namesIn(node: Node): string {
  if ("RangeVar" in node) return nameOf(node.RangeVar)
  const parts = "List" in node ? node.List.items : "TypeName" in node ? node.TypeName.names : [node]
  return (parts ?? []).flatMap((part) => ("String" in part ? (part.String.sval ?? []) : [])).join(".")
}

/** OBJECT_TABCONSTRAINT → constraint */
const kindOf = (type = ""): string =>
  type
    .replace(/^OBJECT_(TAB(?=CON))?/, "")
    .replaceAll("_", " ")
    .toLowerCase()
