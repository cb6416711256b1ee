import type { Registry } from 'prom-client'
import type { Platform } from '../platform.ts'
import type { Routes } from './server.ts'

/** `/healthz` (the process answers), `/readyz` (stores open, listeners up), `/metrics` (OpenMetrics). */
export function healthRoutes(platform: Platform, registry: Registry): Routes {
  return {
    '/healthz': (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok"}')
    },
    '/readyz': async (_req, res) => {
      const [documents, events] = await Promise.all([
        platform.docs.ready().catch(() => false),
        platform.events.ready().catch(() => false),
      ])
      const ready = documents && events
      res.writeHead(ready ? 200 : 503, { 'Content-Type': 'application/json' })
      res.end(JSON.stringify({ status: ready ? 'ready' : 'not ready', documents, events }))
    },
    '/metrics': async (_req, res) => {
      const text = await registry.metrics()
      res.writeHead(200, { 'Content-Type': registry.contentType }).end(text)
    },
  }
}
