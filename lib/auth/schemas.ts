import { z } from 'zod'
import { MIN_PASSWORD_LENGTH } from './constants'

/**
 * What people call a person or a key. One line: names stand in the log, where a line break would begin an entry that
 * never was, and an escape sequence would rule the terminal of whoever reads it.
 */
export const shortName = z
  .string()
  .trim()
  .min(1, 'a name is needed')
  .max(100)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'a name is one line, without control characters')

/** The address of an account. */
export const emailAddress = z.email('an email address is needed').max(200)

/** A password that somebody chooses. */
export const newPassword = z
  .string()
  .min(MIN_PASSWORD_LENGTH, `a password needs at least ${MIN_PASSWORD_LENGTH} characters`)
  .max(1000)

/** What an account may do. */
export const role = z.enum(['admin', 'user'])
