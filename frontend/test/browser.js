const { TestEnvironment } = require("jest-environment-jsdom")

/** jsdom with what browsers have and it lacks: fetch, from the document's base, and AbortSignal.timeout. Both are Node's. */
module.exports = class Browser extends TestEnvironment {
  async setup() {
    await super.setup()
    const { document } = this.global
    this.global.AbortSignal = AbortSignal
    this.global.fetch = (path, init) => fetch(new URL(path, document.baseURI), init)
  }
}
