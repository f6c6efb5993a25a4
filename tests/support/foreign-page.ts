import { createServer, type Server } from 'node:http'

/** An empty page of another origin than the server's, such as somebody else's site. */
export class ForeignPage {
  private readonly server: Server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Elsewhere</title>'),
  )

  get origin(): string {
    const address = this.server.address()
    if (typeof address !== 'object' || !address) throw new Error('The page is not served.')
    return `http://127.0.0.1:${address.port}`
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
  }

  stop(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}
