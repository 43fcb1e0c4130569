import { useQuery } from "@tanstack/react-query"
import { paths, readHealth } from "../api/health"
import { Button } from "../ui/button"
import { queries } from "../queries"
import styles from "./health-list.module.css"

/** Whether each service answers, as this very page sees it. */
export const HealthList = () => (
  <>
    <ul className={styles.services} aria-live="polite">
      {Object.entries(paths).map(([name, path]) => (
        <Health key={name} name={name} path={path} />
      ))}
    </ul>
    <div>
      <Button look="quiet" onClick={() => void queries.resetQueries({ queryKey: ["health"] })}>
        Check again
      </Button>
    </div>
  </>
)

function Health({ name, path }: { name: string; path: string }) {
  const { data, error } = useQuery({
    queryKey: ["health", name],
    queryFn: ({ signal }) => readHealth(path, signal),
    staleTime: 0,
  })
  const light = data ? styles.good : error ? styles.bad : ""
  return (
    <li className={styles.service}>
      <span className={`${styles.light} ${light}`} aria-hidden />
      <span>
        <strong>{name}</strong>
        <span className={styles.detail}>
          {data ? `Healthy, version ${data.version?.slice(0, 12) ?? "unknown"}` : (error?.message ?? "Asking…")}
        </span>
      </span>
    </li>
  )
}
