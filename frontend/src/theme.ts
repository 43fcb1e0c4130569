/** The colours of global.css, by what they are for. */
export const colors = {
  ground: "var(--ground)",
  surface: "var(--surface)",
  line: "var(--line)",
  ink: "var(--ink)",
  muted: "var(--muted)",
  accent: "var(--accent)",
  ok: "var(--ok)",
  error: "var(--error)",
}

export const font = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
