/** A client of the platform's API that sends one X-Trace-ID with every call, and a token once it has one. */
export class ApiClient {
  private readonly url: string
  private readonly traceId: string
  private token?: string

  constructor(url: string, traceId: string) {
    this.url = url
    this.traceId = traceId
  }

  async logIn(credentials: { email: string; password: string }): Promise<void> {
    const { access_token } = await this.call<{ access_token: string }>("POST", "auth/login", credentials)
    this.token = access_token
  }

  /** Throws where the answer is no success, or does not bear the trace id. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        "X-Trace-ID": this.traceId,
        ...(this.token && { authorization: `Bearer ${this.token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: ${text}`)
    const answered = response.headers.get("X-Trace-ID")
    if (answered !== this.traceId) throw new Error(`${method} ${path} is answered with X-Trace-ID ${answered}`)
    return (text ? JSON.parse(text) : undefined) as T
  }
}
