import type { NextConfig } from 'next'
import { PHASE_PRODUCTION_BUILD } from 'next/constants'

/** What every answer tells a browser; the pages' content security policy is in proxy.ts, since it has a nonce. */
const SECURITY_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  },
]
const API_POLICY = {
  key: 'Content-Security-Policy',
  value: "default-src 'none'; frame-ancestors 'none'",
}

const config: NextConfig = {
  // Native modules load their own binaries: bundling them breaks the paths.
  serverExternalPackages: ['node-llama-cpp', 'libsql', '@node-rs/argon2', 'pino', 'pino-pretty'],
  // No page shows a picture that is resized, so nobody needs an endpoint that fetches and decodes one for strangers.
  images: { unoptimized: true },
  // What people keep in `data` is theirs.
  outputFileTracingExcludes: { '/*': ['./data/**'] },
  headers: async () => [
    { source: '/:path*', headers: SECURITY_HEADERS },
    { source: '/:area(v1|api)/:path*', headers: [API_POLICY] },
  ],
  // For pages and scripts. Event streams say `no-transform`, which keeps compression and its buffers away from them.
  compress: true,
  // `npm run check` looks at the types of everything, tests included; a first start need not do it again.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
}

/**
 * One build serves both ways of starting: `.next/standalone` for the container image, and `next start`, which would
 * warn if it were told of the other.
 */
export default function configure(phase: string): NextConfig {
  return phase === PHASE_PRODUCTION_BUILD ? { ...config, output: 'standalone' } : config
}
