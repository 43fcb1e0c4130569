import { useId, type ReactNode } from "react"
import styles from "./cat.module.css"

/** Fur, and what is drawn on it */
const coats = [
  ["#dd8f3f", "#a85f1c"], // ginger
  ["#43384a", "#6a5a73"], // black
  ["#8f93a3", "#656a7c"], // grey
  ["#ead2a8", "#b98c54"], // cream
  ["#91684c", "#5e3f2b"], // brown
  ["#f4ede2", "#c99a6b"], // white
] as const
const eyes = ["#f0c04a", "#9cc26a", "#7fb4c9"] as const

const head =
  "M8 23 10 6q.4-1.6 1.8-.7L20.5 12q3.5-1 7 0l8.7-6.7q1.4-.9 1.8.7l2 17v5.5A13 13 0 0 1 27 41.5h-6A13 13 0 0 1 8 28.5z"

const markings: ((ink: string) => ReactNode)[] = [
  () => null,
  (ink) => (
    <path
      d="M24 11v8M19.5 12l1 6M28.5 12l-1 6M9 30l5 1M39 30l-5 1"
      stroke={ink}
      strokeWidth={2.2}
      strokeLinecap="round"
    />
  ),
  (ink) => <path d="M24 9h20v21q-11 4-16-4-4-6-4-17z" fill={ink} />,
  () => <path d="M24 25q9 2 9 10t-9 8q-9 0-9-8t9-10z" fill="#fff6ea" />,
  (ink) => <path d="M4 4h40v20q-8 6-20-4-12 10-20 4z" fill={ink} opacity={0.8} />,
]

/** Every entry has a cat of its own, always the same one: its slug decides on coat, markings and eyes. */
export function Cat({ of: slug, size = 56, asleep = false }: { of: string; size?: number; asleep?: boolean }) {
  const clip = useId()
  const hash = hashOf(slug)
  const [fur, ink] = coats[hash % coats.length] ?? coats[0]
  const marking = markings[(hash >>> 5) % markings.length]
  const iris = eyes[(hash >>> 9) % eyes.length]
  return (
    <svg className={styles.cat} width={size} height={size} viewBox="0 0 48 48" fill="none" aria-hidden>
      <clipPath id={clip}>
        <path d={head} />
      </clipPath>
      <path d={head} fill={fur} />
      <g clipPath={`url(#${clip})`}>{marking?.(ink)}</g>
      <path d={head} stroke="#2b2030" strokeOpacity={0.45} strokeWidth={1} />
      {asleep ? <Asleep /> : <Awake iris={iris} />}
      <path d="M21.5 31h5L24 34z" fill="#d98a80" stroke="#2b2030" strokeWidth={0.8} strokeLinejoin="round" />
      <path d="M24 34v1.5m0 0q-2 2.5-4 1m4-1q2 2.5 4 1" stroke="#2b2030" strokeWidth={1.2} strokeLinecap="round" />
    </svg>
  )
}

const Awake = ({ iris }: { iris?: string }) => (
  <g stroke="#2b2030">
    <ellipse cx={17} cy={25.5} rx={3.6} ry={4} fill={iris} />
    <ellipse cx={31} cy={25.5} rx={3.6} ry={4} fill={iris} />
    <path d="M17 23.2v4.6M31 23.2v4.6" strokeWidth={2} strokeLinecap="round" />
  </g>
)

const Asleep = () => (
  <path d="M13.5 25q3.5 3.5 7 0M27.5 25q3.5 3.5 7 0" stroke="#2b2030" strokeWidth={1.8} strokeLinecap="round" />
)

/** FNV-1a, which spreads names that differ by a letter */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
