import type { MadeInvite } from './invites'

/** Writes one-time links as people open them. */
export class Links {
  /** @param publicUrl Where the dashboard is reached, when that is set. */
  constructor(private readonly publicUrl: string | undefined) {}

  /** An invite with its address, which is that of the request unless the operator has named another. */
  show({ token, ...invite }: MadeInvite, request: Request) {
    const url = new URL('/invite', this.publicUrl ?? this.addressOf(request))
    url.searchParams.set('token', token)
    return { ...invite, url: url.href }
  }

  private addressOf({ headers }: Request): string {
    const protocol = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http'
    return `${protocol}://${headers.get('host')}`
  }
}
