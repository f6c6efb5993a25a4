import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const manifest = z.object({
  staticRoutes: z.array(z.object({ page: z.string(), regex: z.string() })),
  dynamicRoutes: z.array(z.object({ page: z.string(), regex: z.string() })),
})

/** What no route answers: one name for all of it, since anybody can ask for anything. */
const UNKNOWN = 'unknown'
const OWN_FILES = '/_next'

/** Gives a path the name of the route that answers it, so that there are no more names than routes. */
export class RouteNames {
  private readonly routes: readonly { name: string; pattern: RegExp }[]

  /** @param routes in the order in which they are tried */
  constructor(routes: readonly { page: string; regex: string }[]) {
    this.routes = routes.map(({ page, regex }) => ({
      name: page.replaceAll(/\[\[?(?:\.\.\.)?(\w+)\]\]?/g, '{$1}'),
      pattern: new RegExp(regex),
    }))
  }

  /** `/chat/{id}` for `/chat/17`. */
  nameOf(path: string): string {
    if (path.startsWith(`${OWN_FILES}/`)) return OWN_FILES
    return this.routes.find(({ pattern }) => pattern.test(path))?.name ?? UNKNOWN
  }
}

/** The routes of the build that is served. While developing there is none, and every page is unknown. */
export function readRouteNames(rootDir: string): RouteNames {
  const path = join(rootDir, '.next', 'routes-manifest.json')
  if (!existsSync(path)) return new RouteNames([])
  const { staticRoutes, dynamicRoutes } = manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
  return new RouteNames([...staticRoutes, ...dynamicRoutes])
}
