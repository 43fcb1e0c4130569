import { dag, type Container } from "@dagger.io/dagger"

/** PostgreSQL, which takes its password from POSTGRES_PASSWORD. */
export const postgresContainer = (): Container =>
  dag
    .container()
    .from("postgres:17-trixie")
    .withEnvVariable("LANG", "C.UTF-8") // decides the database's encoding
    .withExposedPort(5432)
