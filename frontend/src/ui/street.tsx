import styles from "./street.module.css"

/** The houses that the catalogue's entries live in; for wide screens, and only to look at. */
export const Street = () => (
  <svg className={styles.street} viewBox="8 0 304 150" aria-hidden>
    <g className={styles.walls}>
      <path d="M8 150V74l42-36 44 37.7V150z" />
      <path d="M92 150V58h18V34h12v24h68v92z" />
      <path d="M188 150V84l8-30 20 16h44l20-16 8 30v66z" />
      <path d="M282 150v-50l15-12 15 12v50z" />
    </g>
    <g className={styles.lit}>
      <path d="M26 84h20v26H26zM54 84h20v26H54zM108 76h18v24h-18zM154 76h18v24h-18zM131 114h18v36h-18z" />
      <path d="M206 96a11 11 0 0 1 22 0v14h-22zM248 96a11 11 0 0 1 22 0v14h-22z" />
    </g>
    <path
      className={styles.dark}
      d="M40 150v-26h20v26zM230 150v-18a8 8 0 0 1 16 0v18zM108 112h16v20h-16zM156 112h16v20h-16z"
    />
    {/* One looks out of a window, and one walks along the roof. */}
    <path className={styles.walls} d="M57 110V92.5q0-1.5 1.2-.6l3 2.4q2.8-.6 5.6 0l3-2.4q1.2-.9 1.2.6V110z" />
    <path
      className={styles.walls}
      d="M138 58v-9q-4-1-5-6-1-4-4-4.5-2 0-2-1.5t2-1.5q5 .5 7 6.5 1 2 4 2h14q3 0 4-3l.4-6q.1-1.5 1.3-.7l2.5 1.7h3.6l2.5-1.7q1.2-.8 1.3.7l.4 5q0 5-5 6.5l-1 2V58h-3v-8h-15v8z"
    />
  </svg>
)
