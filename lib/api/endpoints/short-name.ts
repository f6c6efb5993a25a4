import { z } from 'zod'

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
