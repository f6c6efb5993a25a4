import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export const CLIENT = { id: 'runnel-test', secret: 'a-secret-of-the-test' }

type Claims = { sub: string; email?: string; email_verified?: boolean; name?: string }
type Grant = { nonce: string; challenge: string; claims: Claims }

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A small OpenID provider (authorization code with PKCE) where whoever `claims` describes is signed in. */
export class OidcProvider {
  /** Who signs in next. */
  claims: Claims = { sub: 'nobody' }
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  private readonly grants = new Map<string, Grant>()
  private readonly server: Server = createServer((request, response) => {
    this.answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })

  get issuer(): string {
    const address = this.server.address()
    if (typeof address !== 'object' || !address) throw new Error('The provider does not listen.')
    return `http://127.0.0.1:${address.port}`
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
  }

  stop(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer)
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return this.json(response, this.discovery())
      case '/jwks':
        return this.json(response, {
          keys: [
            {
              ...this.keys.publicKey.export({ format: 'jwk' }),
              kid: 'k',
              alg: 'RS256',
              use: 'sig',
            },
          ],
        })
      case '/authorize':
        return this.authorize(url, response)
      case '/token':
        return this.token(new URLSearchParams(await text(request)), request, response)
      default:
        response.writeHead(404).end()
    }
  }

  private discovery() {
    const { issuer } = this
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
  }

  private authorize({ searchParams: asked }: URL, response: ServerResponse): void {
    const code = randomUUID()
    this.grants.set(code, {
      nonce: asked.get('nonce') ?? '',
      challenge: asked.get('code_challenge') ?? '',
      claims: this.claims,
    })
    const back = new URL(asked.get('redirect_uri') ?? '')
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state') ?? '')
    response.writeHead(302, { location: back.href }).end()
  }

  private token(given: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const code = given.get('code') ?? ''
    const grant = this.grants.get(code)
    this.grants.delete(code)
    const proof = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    const client = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`
    if (!grant || proof !== grant.challenge || request.headers.authorization !== client) {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end('{"error":"invalid_grant"}')
      return
    }
    const id_token = this.idToken(grant)
    this.json(response, { access_token: randomUUID(), token_type: 'Bearer', id_token })
  }

  private idToken({ nonce, claims }: Grant): string {
    const now = Math.floor(Date.now() / 1000)
    const head = base64url({ alg: 'RS256', kid: 'k' })
    const body = base64url({
      ...claims,
      iss: this.issuer,
      aud: CLIENT.id,
      nonce,
      iat: now,
      exp: now + 300,
    })
    const signature = sign('RSA-SHA256', Buffer.from(`${head}.${body}`), this.keys.privateKey)
    return `${head}.${body}.${signature.toString('base64url')}`
  }

  private json(response: ServerResponse, body: object): void {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}
