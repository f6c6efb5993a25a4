import type { Users } from '@/lib/auth/users'

const UNKNOWN = 'API key'

/** What people are called, kept so that a list that changes each second asks the database once. */
export class OwnerNames {
  private readonly names = new Map<string, string>()

  constructor(
    private readonly users: Pick<Users, 'get'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The name of an account; until it has been read, and for a key that belongs to none, `API key`. */
  nameOf(userId: string | null): string {
    if (userId === null) return UNKNOWN
    const known = this.names.get(userId)
    if (known !== undefined) return known
    this.names.set(userId, UNKNOWN)
    this.users.get(userId).then((user) => {
      if (user) this.names.set(userId, user.name)
    }, this.onError)
    return UNKNOWN
  }
}
