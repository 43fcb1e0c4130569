import { expect, test } from "vitest"
import { findDestructive } from "../../../delivery/migrations/destructive.ts"

const reasonsOf = async (...sql: string[]) =>
  (await findDestructive(sql.map((text, index) => ({ id: `000${index + 1}`, sql: text })))).flatMap(
    ({ reasons }) => reasons,
  )

test.each([
  ["DROP TABLE users", "drops the table users"],
  ["DROP TABLE IF EXISTS cats.users CASCADE", "drops the table cats.users"],
  ["DROP VIEW seen", "drops the view seen"],
  ["DROP TYPE color", "drops the type color"],
  ["ALTER TABLE users DROP COLUMN email", "drops the column users.email"],
  ["ALTER TABLE users DROP CONSTRAINT uq_users_email", "drops the constraint uq_users_email of users"],
  ["ALTER TABLE users RENAME COLUMN email TO mail", "renames the column users.email to mail"],
  ["ALTER TABLE users RENAME TO people", "renames the table users to people"],
  ["ALTER TABLE users RENAME CONSTRAINT pk TO pk_users", "renames the constraint users.pk to pk_users"],
  ["ALTER TYPE color RENAME VALUE 'grey' TO 'gray'", "renames the value grey"],
  ["ALTER TABLE users SET SCHEMA cats", "moves something to another schema, which renames it"],
  ["ALTER TABLE users ALTER COLUMN age TYPE bigint USING age::bigint", "changes the type of users.age"],
  ["ALTER TABLE users ALTER COLUMN age SET NOT NULL", "refuses NULL in users.age, which the version before may write"],
  [
    "ALTER TABLE users ALTER COLUMN age DROP DEFAULT",
    "drops the default of users.age, which the version before may rely on",
  ],
  [
    "ALTER TABLE users ADD COLUMN age int NOT NULL",
    "adds users.age as NOT NULL without a default, which the version before does not write",
  ],
  ["TRUNCATE users", "empties users"],
  ["DELETE FROM users WHERE id = 1", "deletes rows of users"],
  ["DO $$ BEGIN DROP TABLE users; END $$", "does what its text does not show"],
  ["ALTER TABL users", 'PostgreSQL does not read it: syntax error at or near "TABL"'],
])("%s is destructive", async (sql, reason) => {
  expect(await reasonsOf(sql)).toEqual([reason])
})

test.each([
  "CREATE TABLE cats (id uuid PRIMARY KEY, name text NOT NULL)",
  "CREATE INDEX ix ON users (email)",
  "DROP INDEX ix",
  "ALTER INDEX ix RENAME TO ix_users_email",
  "ALTER TABLE users ADD COLUMN age int",
  "ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0",
  "ALTER TABLE users ADD COLUMN number bigserial NOT NULL",
  "ALTER TABLE users ADD COLUMN number int GENERATED ALWAYS AS IDENTITY NOT NULL",
  "ALTER TABLE users ALTER COLUMN age DROP NOT NULL",
  "ALTER TABLE users ALTER COLUMN age SET DEFAULT 0",
  "ALTER TYPE color ADD VALUE 'blue'",
  "UPDATE users SET age = 0 WHERE age IS NULL",
  "DELETE FROM alembic_version WHERE version_num = '0001'",
  "INSERT INTO notes VALUES ('DROP TABLE users; -- ALTER TABLE users DROP COLUMN email')",
  "-- DROP TABLE users",
])("%s is not", async (sql) => {
  expect(await reasonsOf(sql)).toEqual([])
})

test("what the same deployment has made has no version before it", async () => {
  expect(
    await reasonsOf(
      "CREATE TABLE cats (id int)",
      "ALTER TABLE cats ADD COLUMN name text NOT NULL; ALTER TABLE cats RENAME TO felines; DROP TABLE felines",
    ),
  ).toEqual([])
  expect(await reasonsOf("DROP TABLE cats", "CREATE TABLE cats (id int)")).toEqual(["drops the table cats"])
})

test("each statement is told with its revision and its own words, behind letters of several bytes, too", async () => {
  const sql =
    "BEGIN;\n\n-- Größe: 🐈\nALTER TABLE größen ADD COLUMN a int, DROP COLUMN ä;\n\nDROP TABLE b;\n\nCOMMIT;\n"
  expect(
    await findDestructive([
      { id: "0001", sql: "SELECT 1" },
      { id: "0002", sql },
    ]),
  ).toEqual([
    {
      revision: "0002",
      statement: "ALTER TABLE größen ADD COLUMN a int, DROP COLUMN ä",
      reasons: ["drops the column größen.ä"],
    },
    { revision: "0002", statement: "DROP TABLE b", reasons: ["drops the table b"] },
  ])
})
