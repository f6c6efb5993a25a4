import { z } from 'zod'
import { endpoint } from './endpoint'

/** The shortest password that is accepted, in characters. */
export const MIN_PASSWORD_LENGTH = 10

export const setUpBody = z.object({
  token: z.string().min(1),
  name: z.string().trim().min(1, 'a name is needed').max(100),
  email: z.email('an email address is needed').max(200),
  password: z
    .string()
    .min(MIN_PASSWORD_LENGTH, `a password needs at least ${MIN_PASSWORD_LENGTH} characters`)
    .max(1000),
})

export const setUp = endpoint({
  method: 'POST',
  path: '/api/setup',
  tag: 'Accounts',
  summary: 'Create the first admin',
  description: 'Works once, with the token of the link that the server printed when it started.',
  access: 'public',
  body: setUpBody,
  response: {
    status: 201,
    description: 'The account.',
    schema: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  },
})
