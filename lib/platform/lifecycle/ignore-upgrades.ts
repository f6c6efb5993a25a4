import { subscribe } from 'node:diagnostics_channel'
import { Server } from 'node:http'

/**
 * Lets requests that offer another protocol (`Upgrade: h2c`, WebSocket) be answered like any other, which RFC 9110,
 * section 7.8 leaves to the server. Next listens for them for the sake of its hot reload, and outside of development
 * leaves their connections open without an answer, where no timeout ends them: anybody could hold them for ever.
 */
export function ignoreUpgrades(): void {
  subscribe('net.server.socket', (message) => {
    const server = fieldOf(fieldOf(message, 'socket'), 'server')
    if (server instanceof Server) server.removeAllListeners('upgrade')
  })
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
