import { hash, verify } from '@node-rs/argon2'

/** argon2id as OWASP recommends it: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes a password with argon2id and a random salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST)
}

/**
 * Compares a password with a stored hash. Without a hash it takes as long and is false, so that the
 * time of an answer does not tell whether an account exists.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  if (stored) return verify(stored, password)
  await hash(password, COST)
  return false
}
