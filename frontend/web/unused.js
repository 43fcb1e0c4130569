// In the place of what no page of this site uses. Whatever asks for something of it, after an update perhaps, is told so by a
// test, or by the browser's console; in development, React's refreshing reads all that any file has.
module.exports = new Proxy(
  {},
  {
    get(_, name) {
      if (name === "__esModule") return true
      if (process.env.NODE_ENV === "development") return undefined
      throw new Error(`${String(name)} is left out of this site; see metro.lean.js`)
    },
  },
)
