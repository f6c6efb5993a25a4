// Bundles the inference worker with all that it imports: to find and read 400 small modules was half of what its start took.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { root } from './steps.mjs'

const OUT = join(root, 'dist')
const LIBRARY = join(root, 'node_modules/node-llama-cpp/dist')
/** Native, of Electron, or for downloading models, which the library does not do here. */
const EXTERNAL = ['@node-llama-cpp/*', 'electron', 'ipull']
/** Before the library loads its binary it lets a process of its own try that. It asks for this very name. */
const TRIAL = 'testBindingBinary'

/** Writes `dist/llama-worker.mjs`, and what tries the binary beside it. */
export async function buildLlamaWorker() {
  await bundle('llama-worker', 'lib/engines/local/worker/main.ts')
  await bundle(TRIAL, join(LIBRARY, `bindings/utils/${TRIAL}.js`))
}

function bundle(name, entry) {
  return build({
    entryPoints: { [name]: entry },
    outdir: OUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: EXTERNAL,
    // For packages of the older kind.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    plugins: [library],
    sourcemap: true,
    logLevel: 'warning',
  })
}

const library = {
  name: 'node-llama-cpp',
  setup({ onResolve, onLoad, resolve }) {
    // It does not say so itself, but what nobody uses of it, such as its command line, can stay out.
    onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      const ours = path === 'node-llama-cpp' || from.importer.startsWith(LIBRARY)
      if (!ours || from.kind === 'entry-point' || pluginData === library) return undefined
      const found = await resolve(path, { ...from, pluginData: library })
      return {
        path: found.path,
        external: found.external,
        sideEffects: false,
        errors: found.errors,
      }
    })
    // Its binaries are found from where its modules are.
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(LIBRARY)) return undefined
      const place = path.endsWith(`${TRIAL}.js`) ? `./${TRIAL}.mjs` : slashed(relative(OUT, path))
      const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', url) }
    })
  },
}

function slashed(path) {
  return path.replaceAll('\\', '/')
}
