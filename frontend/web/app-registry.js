import { createRoot, hydrateRoot } from "react-dom/client"

let Site

/** What puts the site into its page. React Native's does so in boxes of its own. */
export default {
  registerComponent(_, component) {
    Site = component()
  },
  runApplication(_, { rootTag, hydrate }) {
    if (hydrate) hydrateRoot(rootTag, <Site />)
    else createRoot(rootTag).render(<Site />)
  },
  /** For the export, which draws each page beforehand */
  getApplication: (_, { initialProps }) => ({ element: <Site {...initialProps} />, getStyleElement: () => null }),
}
