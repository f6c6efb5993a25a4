import type { Services } from '@/lib/services'

/** Tells the operator how to get in: the address, and on the first run the set-up link and a key. */
export async function printWelcome({ config, auth }: Services): Promise<void> {
  // Next sets PORT to the port that it got, which matters when 0 was asked for.
  const address =
    config.auth.url ?? `http://${linkableHost(config.hostname)}:${process.env.PORT ?? config.port}`
  const lines = ['', `  Runnel is ready at ${address}`, '']
  if (await auth.setUp.isOpen())
    lines.push(
      '  Create the admin account (this link works once):',
      `    ${address}/set-up?token=${auth.setUp.token}`,
      '',
    )
  if (!(await auth.keys.exist())) {
    const key = await auth.keys.create({ userId: null, name: 'First key', scopes: ['admin'] })
    lines.push(
      '  API key (shown only now):',
      `    ${key}`,
      '',
      '  Try it:',
      `    curl -N -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' \\`,
      `      -d '{"prompt":"Once upon a time","stream":true}' ${address}/v1/infer`,
      '',
    )
  }
  console.log(lines.join('\n'))
}

/** A host that a browser can open: `0.0.0.0` and `::` mean every address, so the link takes one that is always there. */
function linkableHost(hostname: string): string {
  if (hostname === '0.0.0.0' || hostname === '::') return 'localhost'
  return hostname.includes(':') ? `[${hostname}]` : hostname
}
