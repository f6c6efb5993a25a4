/** The cookies and headers of a browser, without the browser: follows no redirect, so that tests see each step. */
export class BrowserSession {
  private readonly cookies = new Map<string, string>()

  /** @param always Headers that go with every request, such as those of a proxy in front. */
  constructor(
    private readonly url: string,
    private readonly always: Record<string, string> = {},
  ) {}

  /** What would be sent as `Cookie`. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Requests a path as a page of this server would, or whatever address is given. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({
      ...this.always,
      ...Object.fromEntries(new Headers(init.headers)),
    })
    if (this.cookies.size > 0) headers.set('cookie', this.cookie)
    if (!headers.has('origin')) headers.set('origin', this.url)
    const response = await fetch(new URL(path, this.url), { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) this.store(cookie)
    return response
  }

  /** Sends JSON. */
  send(method: string, path: string, body?: unknown): Promise<Response> {
    return this.fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  }

  /** Submits one of next-auth's forms, with its token against forgery. */
  async submit(path: string, fields: Record<string, string>): Promise<Response> {
    const { csrfToken } = await (await this.fetch('/api/auth/csrf')).json()
    return this.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
    })
  }

  /** Signs in with a password; whether it worked shows in `isSignedIn`. */
  signIn(email: string, password: string): Promise<Response> {
    return this.submit('/api/auth/callback/credentials', { email, password })
  }

  get isSignedIn(): boolean {
    return this.cookies.has('runnel.session')
  }

  private store(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim())
    const [name = '', value = ''] = pair.split('=', 2)
    const gone = attributes.some((attribute) => /^max-age=0$/i.test(attribute)) || value === ''
    if (gone) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
