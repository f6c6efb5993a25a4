import type { NextConfig } from 'next'

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
  // The standalone server is for the container image; `next start` does not go with it.
  output: process.env.RUNNEL_STANDALONE ? 'standalone' : undefined,
  // Native modules load their own binaries: bundling them breaks the paths.
  serverExternalPackages: ['node-llama-cpp', 'libsql', '@node-rs/argon2', 'pino'],
  outputFileTracingIncludes: {
    '/*': [
      './dist/**',
      './models/storyteller/storyteller.gguf',
      './node_modules/@node-llama-cpp/linux-x64/**',
      './node_modules/node-llama-cpp/llama/*.json',
    ],
  },
  outputFileTracingExcludes: {
    '/*': [
      './node_modules/@node-llama-cpp/*-cuda*/**',
      './node_modules/@node-llama-cpp/*-vulkan/**',
      './data/**',
    ],
  },
  headers: async () => [
    { source: '/:path*', headers: SECURITY_HEADERS },
    { source: '/:area(v1|api)/:path*', headers: [API_POLICY] },
  ],
  // Compression costs twice the CPU and buffers; a proxy does it better.
  compress: false,
  // `npm run check` looks at the types of everything, tests included; a first start need not do it again.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
}

export default config
