import type { Access } from '@/lib/auth/constants'

/** Who may call, in a sentence. */
export function accessWords(access: Access): string {
  switch (access) {
    case 'public':
      return 'Anybody may call it, without a credential.'
    case 'member':
      return 'Anybody who is signed in may call it, and every key.'
    case 'session':
      return 'Only somebody who is signed in may call it; a key is refused.'
    case 'account':
      return 'Anybody who is signed in may call it, and a key with the scope `admin`.'
    case 'admin':
      return 'Only an admin may call it, or a key with the scope `admin`.'
    case 'metrics':
      return 'Only an admin may call it, a key with the scope `admin`, or the token of RUNNEL_METRICS_TOKEN.'
    case 'infer':
    case 'models:read':
    case 'models:write':
      return `Anybody who is signed in may call it, and a key with the scope \`${access}\`.`
  }
}
