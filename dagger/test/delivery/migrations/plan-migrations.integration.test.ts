import { expect, test } from "vitest"
import { deploy } from "../../../delivery/deploy.ts"
import { migrate } from "../../../delivery/migrate.ts"
import { findDestructive } from "../../../delivery/migrations/destructive.ts"
import { readKeptMigrations } from "../../../delivery/migrations/kept-migrations.ts"
import { parseMigrations } from "../../../delivery/migrations/plan-migrations.ts"
import { listDeployments, readRecord } from "../../../delivery/records/record.ts"
import type { Artifacts } from "../../../delivery/artifacts.ts"
import { seen } from "../../docs/failure-table.ts"
import { stage, version } from "../stage.ts"

const written = `BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL
);

-- Running upgrade  -> 0001

CREATE TABLE cats (id INT);

INSERT INTO alembic_version (version_num) VALUES ('0001') RETURNING alembic_version.version_num;

-- Running upgrade 0001 -> 0002

ALTER TABLE cats ADD COLUMN name TEXT;

UPDATE cats SET name = '';

UPDATE alembic_version SET version_num='0002' WHERE alembic_version.version_num = '0001';

COMMIT;

`

const create = { id: "0001", sql: "CREATE TABLE cats (id INT);" }
const drop = { id: "0002", sql: "DROP TABLE cats;" }

const from = (name: string, ...revisions: { id: string; sql: string; after?: string[] }[]): Artifacts => ({
  ...version(name),
  migrations: async () => revisions,
})

test("what Alembic writes is taken apart by revision, without what it notes for itself", () => {
  expect(parseMigrations({ exitCode: 0, stdout: written, stderr: "INFO Generating static SQL" })).toEqual([
    { ...create, after: [] },
    { id: "0002", after: ["0001"], sql: "ALTER TABLE cats ADD COLUMN name TEXT;\n\nUPDATE cats SET name = '';" },
  ])
})

test("a migration that was reviewed, and one that leaves the transaction, are known by that", async () => {
  const stdout = `BEGIN;

-- Running upgrade  -> 0001

-- reviewed: fills names

UPDATE alembic_version SET version_num='0001' WHERE alembic_version.version_num = '0000';

-- Running upgrade 0001 -> 0002

COMMIT;

CREATE INDEX CONCURRENTLY by_name ON cats (name);

BEGIN;

UPDATE alembic_version SET version_num='0002' WHERE alembic_version.version_num = '0001';

COMMIT;
`
  const all = parseMigrations({ exitCode: 0, stdout, stderr: "" })
  expect(all).toMatchObject([
    { id: "0001", reviewed: "fills names" },
    { id: "0002", autocommit: true, sql: "CREATE INDEX CONCURRENTLY by_name ON cats (name);" },
  ])
  expect(all.map(({ autocommit }) => autocommit)).toEqual([undefined, true])
  expect(await findDestructive(all)).toEqual([
    { revision: "0001", statement: "-- reviewed: fills names", reasons: ["asks the database what to do"] },
  ])
})

test("a service without migrations has none", () => {
  expect(parseMigrations({ exitCode: 0, stdout: "BEGIN;\n\nCOMMIT;\n", stderr: "" })).toEqual([])
})

test("[migration-unreadable] migrations that ask the database cannot be judged before, and are refused with Alembic's words", () => {
  const stderr = "Traceback\nAttributeError: 'NoneType' object has no attribute 'scalar'\n"
  const parse = () => parseMigrations({ exitCode: 1, stdout: "BEGIN;\n", stderr })
  expect(parse).toThrow(seen())
  expect(parse).toThrow(/\| AttributeError: .*\n.*--sql works/)
})

test("[migration-destructive] a destructive migration is refused before anything changes, and let through where it is allowed", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, from("aaa", create), progress)
  calls.length = 0
  const refusal = deploy(target, from("bbb", create, drop), progress)
  await expect(refusal).rejects.toThrow(seen())
  await expect(refusal).rejects.toThrow(
    /^refused: the migrations are destructive.*\n {2}0002 drops the table cats\.\n.*--allow-destructive.*\n.*Nothing was changed/,
  )
  await expect(migrate(target, from("bbb", create, drop), progress)).rejects.toThrow(/drops the table cats/)
  expect(calls.filter((call) => /^(Register|Run|Update)/.test(call))).toEqual([])
  expect(await listDeployments(target)).toEqual([1])

  await deploy(target, from("bbb", create, drop), progress, { allowDestructive: true })
  expect(await readRecord(target, 2)).toMatchObject({ migration: "0002" })
  expect(await readKeptMigrations(target, "bbb")).toEqual([create, drop])
})

test("a destructive migration that ran with an earlier deployment is not asked about again", async () => {
  const { target, progress } = await stage()
  await deploy(target, from("aaa", create, drop), progress)
  const added = { id: "0003", sql: "ALTER TABLE dogs ADD COLUMN age INT;" }
  expect((await deploy(target, from("bbb", create, drop, added), progress)).number).toBe(2)
})

test("[migration-behind] a version whose migrations end before the database's is refused, as Alembic would fail", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, from("bbb", create, { id: "0002", sql: "SELECT 1;" }), progress)
  calls.length = 0
  await expect(deploy(target, from("aaa", create), progress)).rejects.toThrow(seen())
  expect(calls).not.toContain("RunTask")
})

const xx = { id: "xx", after: ["0001"], sql: "ALTER TABLE cats ADD COLUMN age INT;" }
const yy = { id: "yy", after: ["0001"], sql: "ALTER TABLE cats DROP COLUMN name;" }
const zz = { id: "zz", after: ["xx", "yy"], sql: "" }
const first = { ...create, after: [] }

test.each([
  ["after", [first, xx, yy, zz]],
  ["before", [first, yy, xx, zz]],
])("what a merged branch brings is pending, though Alembic lists it %s what has run", async (_, merged) => {
  const { target, progress } = await stage()
  await deploy(target, from("aaa", first, xx), progress)
  await expect(deploy(target, from("bbb", ...merged), progress)).rejects.toThrow(
    /^refused: the migrations are destructive.*\n {2}yy drops the column cats.name\.\n/,
  )
  await deploy(target, from("bbb", ...merged), progress, { allowDestructive: true })
  expect(await readRecord(target, 2)).toMatchObject({ migration: "zz" })
})

test("[migration-inserted] a migration that was put below the one that has run is refused: Alembic would skip it", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, from("aaa", first, xx), progress)
  calls.length = 0
  const between = { id: "aa", after: ["0001"], sql: "SELECT 1;" }
  const moved = deploy(target, from("bbb", first, between, { ...xx, after: ["aa"] }), progress)
  await expect(moved).rejects.toThrow(seen())
  await expect(moved).rejects.toThrow(/migration aa comes before xx/)
  expect(calls).not.toContain("RunTask")
})

test("several heads are told in Alembic's words, which it writes to standard output, with the way to join them", () => {
  const stdout = "FAILED: Multiple head revisions are present for given argument 'head'; please specify one\n"
  expect(() => parseMigrations({ exitCode: 255, stdout, stderr: "" })).toThrow(
    /\n {2}\| FAILED: Multiple head revisions.*\n.*alembic merge heads/,
  )
})
