const { TestEnvironment } = require("jest-environment-jsdom")

/**
 * jsdom with what browsers have and it lacks. Node has the same fetch, which asks the test's server, and what aborts it; a dialog is
 * opened and closed without being modal.
 */
module.exports = class Browser extends TestEnvironment {
  async setup() {
    await super.setup()
    const { HTMLDialogElement } = this.global
    Object.assign(this.global, { AbortController, AbortSignal, TextEncoder, TextDecoder })
    this.global.fetch = (path, init) => fetch(new URL(path, this.global.servedFrom), init)
    this.global.scrollTo = () => {}
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true
    }
    HTMLDialogElement.prototype.close = function () {
      this.open = false
    }
  }
}
