import type { NextConfig } from 'next'

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
  // Compression costs twice the CPU and buffers; a proxy does it better.
  compress: false,
  poweredByHeader: false,
  devIndicators: false,
}

export default config
