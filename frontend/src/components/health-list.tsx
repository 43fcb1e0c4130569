import { useQuery } from "@tanstack/react-query"
import { readHealth, services } from "../api/health"
import { Button } from "../ui/button"
import { queries } from "../queries"
import styles from "./health-list.module.css"

type Service = (typeof services)[number]

const names: Record<Service, string> = {
  auth: "Accounts",
  catalog: "Catalogue",
  installation: "Installations",
  proxy: "Proxy",
}

/** Whether each service answers, as this very page sees it. */
export const HealthList = () => (
  <>
    <ul className={styles.services} aria-live="polite">
      {services.map((service) => (
        <Health key={service} service={service} />
      ))}
    </ul>
    <div>
      <Button look="quiet" onClick={() => void queries.resetQueries({ queryKey: ["health"] })}>
        Check again
      </Button>
    </div>
  </>
)

function Health({ service }: { service: Service }) {
  const { data, error } = useQuery({
    queryKey: ["health", service],
    queryFn: ({ signal }) => readHealth(service, signal),
    staleTime: 0,
  })
  const light = data ? styles.good : error ? styles.bad : ""
  return (
    <li className={styles.service}>
      <span className={`${styles.light} ${light}`} aria-hidden />
      <span>
        <strong>{names[service]}</strong>
        <span className={styles.detail}>
          {data ? `Healthy, version ${data.version?.slice(0, 12) ?? "unknown"}` : (error?.message ?? "Asking…")}
        </span>
      </span>
    </li>
  )
}
