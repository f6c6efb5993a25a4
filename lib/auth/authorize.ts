import { AppError } from '@/lib/platform/errors'
import type { Caller } from './caller'
import type { Access } from './constants'

/**
 * Decides whether a caller may use an endpoint.
 * @throws AppError 401 without a credential, 403 when it does not reach.
 */
export function authorize(caller: Caller, access: Access): void {
  if (reaches(caller, access)) return
  if (caller.via === 'anonymous')
    throw new AppError('This needs an API key or a session.', {
      code: 'missing_credentials',
      status: 401,
      hint: 'Send `Authorization: Bearer <key>`; `npm start` prints a key on its first run.',
    })
  throw new AppError(refusal(access), {
    code: 'insufficient_scope',
    status: 403,
    hint: 'Use a key that has it, or ask an admin.',
  })
}

function reaches(caller: Caller, access: Access): boolean {
  switch (access) {
    case 'public':
      return true
    case 'member':
      return caller.via !== 'anonymous' && caller.via !== 'metrics token'
    case 'metrics':
      return caller.via === 'metrics token' || caller.scopes.has('admin')
    case 'session':
      return caller.via === 'session'
    case 'account':
      return caller.via === 'session' || (caller.via === 'key' && caller.scopes.has('admin'))
    case 'infer':
    case 'models:read':
    case 'models:write':
    case 'admin':
      return caller.scopes.has(access)
  }
}

function refusal(access: Access): string {
  if (access === 'session') return 'Only a person who is signed in can do this.'
  if (access === 'account')
    return 'Only a person who is signed in, or a key with the scope `admin`, can do this.'
  return `This needs the scope \`${access === 'metrics' ? 'admin' : access}\`.`
}
