const { TestEnvironment } = require("jest-environment-jsdom")

/**
 * jsdom with what browsers have and it lacks. Node has the same fetch, which asks the test's server, and what aborts it; a dialog is
 * opened and closed as browsers do it: the focus goes to its first button, Escape closes it, and it is told that it is closed.
 */
module.exports = class Browser extends TestEnvironment {
  async setup() {
    await super.setup()
    const { HTMLDialogElement, Event } = this.global
    Object.assign(this.global, { AbortController, AbortSignal, TextEncoder, TextDecoder })
    this.global.fetch = (path, init) => fetch(new URL(path, this.global.servedFrom), init)
    this.global.scrollTo = () => {}
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true
      this.querySelector("button")?.focus()
      this.onkeydown = ({ key }) => {
        if (key === "Escape") this.close()
      }
    }
    HTMLDialogElement.prototype.close = function () {
      if (!this.open) return
      this.open = false
      queueMicrotask(() => this.dispatchEvent(new Event("close")))
    }
  }
}
