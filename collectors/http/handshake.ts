import type { IncomingMessage } from 'node:http'

export interface HandshakeAnswer {
  readonly status: number
  readonly body: object | string
}

/** The version of Elasticsearch whose manners this listener has. */
const VERSION = '8.19.0'
const TAGLINE = 'You Know, for Search'
/** Things that shippers look for and, where missing, create. Nothing of it is kept: events have their place already. */
const SET_UP = /^\/_(index_template|template|component_template|ilm\/policy|ingest\/pipeline|data_stream)\/[^/]+$/

/**
 * What shippers ask before they send: who is there, its licence, its health, whether their templates exist. Undefined
 * where the address is none of these.
 */
export function handshake(request: IncomingMessage, path: string, clusterId: string): HandshakeAnswer | undefined {
  const method = request.method ?? 'GET'
  if (SET_UP.test(path)) {
    if (method === 'PUT' || method === 'POST' || method === 'DELETE') return ok({ acknowledged: true })
    return { status: 404, body: { error: { type: 'resource_not_found_exception', reason: path }, status: 404 } }
  }
  if (method !== 'GET' && method !== 'HEAD') return undefined
  switch (path) {
    case '/':
      return ok(banner(clusterId))
    case '/_license':
      return ok({ license: license(clusterId) })
    case '/_xpack':
      return ok({ build: {}, license: { ...license(clusterId), mode: 'basic' }, features: {}, tagline: TAGLINE })
    case '/_cluster/health':
      return ok({ cluster_name: 'suidun', status: 'green', timed_out: false, number_of_nodes: 1 })
    case '/_cat/health':
      return ok('suidun green 1 1 0 0 0 0 0 0 - 100.0%\n')
    case '/_nodes':
    case '/_nodes/http':
      return ok(nodes(request, clusterId))
    default:
      return undefined
  }
}

function ok(body: object | string): HandshakeAnswer {
  return { status: 200, body }
}

function banner(clusterId: string): object {
  return {
    name: 'suidun',
    cluster_name: 'suidun',
    cluster_uuid: clusterId,
    version: {
      number: VERSION,
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: 'suidun',
      build_date: '2025-07-01T00:00:00.000Z',
      build_snapshot: false,
      lucene_version: '9.12.2',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: TAGLINE,
  }
}

function license(clusterId: string) {
  return { uid: clusterId, type: 'basic', status: 'active' }
}

/** Sniffers take the address from here for all that follows: the one they reached. */
function nodes(request: IncomingMessage, clusterId: string): object {
  const { localAddress = '127.0.0.1', localPort } = request.socket
  const address = localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`
  return {
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: 'suidun',
    nodes: {
      [clusterId]: {
        name: 'suidun',
        host: localAddress,
        ip: localAddress,
        version: VERSION,
        roles: ['data', 'ingest', 'master'],
        http: { bound_address: [address], publish_address: address },
      },
    },
  }
}
