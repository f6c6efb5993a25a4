import type { Services } from '@/lib/services'

/** Tells the operator how to get in: the address, and on the first run the set-up link and a key. */
export async function printWelcome({ config, auth }: Services): Promise<void> {
  const host = config.hostname.includes(':') ? `[${config.hostname}]` : config.hostname
  // Next sets PORT to the port that it got, which matters when 0 was asked for.
  const address = config.auth.url ?? `http://${host}:${process.env.PORT ?? config.port}`
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
