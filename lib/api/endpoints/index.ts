import * as accounts from './accounts'
import * as activity from './activity'
import * as anthropic from './anthropic'
import * as chat from './chat'
import * as downloads from './downloads'
import type { Endpoint } from './endpoint'
import * as generations from './generations'
import * as hub from './hub'
import * as inference from './inference'
import * as keys from './keys'
import * as models from './models'
import * as openai from './openai'
import * as people from './people'
import * as server from './server'

/** Every endpoint. What is not here is not in /openapi.json, and a test refuses it. */
export const ENDPOINTS: readonly Endpoint[] = [
  accounts,
  activity,
  anthropic,
  chat,
  downloads,
  generations,
  hub,
  inference,
  keys,
  models,
  openai,
  people,
  server,
].flatMap((area) => Object.values(area).filter(isEndpoint))

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'access' in value
}
