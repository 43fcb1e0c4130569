// React puts a page's <title> into the document's head by itself. This is what expo-router looks for around all pages.
export const Head = { Provider: ({ children }) => children }
