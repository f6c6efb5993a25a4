import { afterEach, describe, expect, it, vi } from 'vitest'
import { signIn } from '@/lib/client/session'
import { AppError } from '@/lib/platform/errors'

afterEach(() => void vi.unstubAllGlobals())

const CREDENTIALS = { email: 'ada@example.org', password: 'wrong' }
const leadsTo = (url: string, status = 200) => Response.json({ url }, { status })

/** What the form says when the server answers so. */
async function told(answer: Response, token = Response.json({ csrfToken: 't' })) {
  const answers = [token, answer]
  vi.stubGlobal('fetch', async () => answers.shift())
  return signIn(CREDENTIALS).then(
    () => 'signed in',
    (error) => error,
  )
}

describe('signIn', () => {
  it('is done when the server leads to a page', async () => {
    expect(await told(leadsTo('http://a/'))).toBe('signed in')
  })

  it('calls only that a wrong password which the server calls so', async () => {
    const error = await told(leadsTo('http://a/sign-in?error=CredentialsSignin', 401))
    expect(error).toMatchObject({ code: 'wrong_credentials' })
  })

  it.each([
    ['wrong_origin', 403],
    ['too_many_attempts', 429],
    ['disk_full', 507],
  ])('tells %s in the words of the server', async (code, status) => {
    const refusal = new AppError('No.', { code, status, hint: 'Do this.' })
    const body = { ...refusal.toBody(), url: `http://a/sign-in?error=${code}` }
    const error = await told(Response.json(body, { status }))
    expect(error).toMatchObject({ message: 'No.', hint: 'Do this.', code, status })
    expect(await told(leadsTo('unused'), refusal.toResponse())).toMatchObject({ code, status })
  })

  it('does not guess when a proxy answers', async () => {
    const error = await told(new Response('<h1>Bad gateway</h1>', { status: 502 }))
    expect(error).toMatchObject({ code: 'unexpected_answer', status: 502 })
  })

  it.each(['http://a/sign-in?csrf=true', 'http://a/sign-in?error=Configuration'])(
    'is not done when the server leads to %s',
    async (url) => expect(await told(leadsTo(url))).toMatchObject({ code: 'sign_in_refused' }),
  )
})
