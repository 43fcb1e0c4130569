/** A house with the light on, and who looks out of its door. The site's icon, public/favicon.svg, is the same. */
export const Mark = () => (
  <svg width={36} height={36} viewBox="0 0 32 32" aria-hidden>
    <path
      fill="#f0b43c"
      d="M14.7 2.5a2 2 0 0 1 2.6 0l11.5 9.8a2 2 0 0 1 .7 1.5V27a2.5 2.5 0 0 1-2.5 2.5H5A2.5 2.5 0 0 1 2.5 27V13.8a2 2 0 0 1 .7-1.5z"
    />
    <path fill="#3a1d36" d="M8 29.5V15.2q0-1.4 1.1-.5l3.9 3q3-.8 6 0l3.9-3q1.1-.9 1.1.5V29.5z" />
    <g fill="#f0b43c">
      <ellipse cx={12.6} cy={23} rx={1.5} ry={2.1} />
      <ellipse cx={19.4} cy={23} rx={1.5} ry={2.1} />
    </g>
  </svg>
)
