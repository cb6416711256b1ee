import { describe, expect, test } from 'vitest'
import { isLoopback, loadConfig } from '../../core/config.ts'

const value = (key: string, file?: unknown, env: Record<string, string> = {}) =>
  loadConfig(file, env).values.find((v) => v.key === key)

describe('configuration', () => {
  test('the environment wins over the file, the file over defaults, and each says so', () => {
    const file = { http: { port: 9000 }, data: '/var/lib/suidun' }
    expect(value('http.port', file, { SUIDUN_HTTP_PORT: '9001' })).toMatchObject({ value: 9001, from: 'environment' })
    expect(value('http.port', file)).toMatchObject({ value: 9000, from: 'file' })
    expect(value('http.port')).toMatchObject({ value: 8470, from: 'default' })
    expect(value('data', file)).toMatchObject({ value: '/var/lib/suidun', from: 'file' })
  })

  test.each([
    ['SUIDUN_DATA', '/x', 'data', '/x'],
    ['SUIDUN_INGEST_PORT', '0', 'ingest.port', 0],
    ['SUIDUN_SYSLOG_UDP_PORT', '1', 'syslog.udp.port', 1],
    ['SUIDUN_SYSLOG_TCP_PORT', '2', 'syslog.tcp.port', 2],
    ['SUIDUN_RULES', '/rules', 'rules', '/rules'],
    ['SUIDUN_INSECURE', 'true', 'insecure', true],
  ])('%s sets %s', (name, text, key, expected) => {
    expect(value(key, undefined, { [name]: text })).toMatchObject({ value: expected, from: 'environment' })
  })

  test('Elasticsearch is chosen by two variables and refused without nodes', () => {
    const env = {
      SUIDUN_STORE_EVENTS: 'elasticsearch',
      SUIDUN_ELASTICSEARCH_NODES: 'http://127.0.0.1:9200,http://127.0.0.2:9200',
    }
    expect(loadConfig(undefined, env).config.elasticsearch.nodes).toHaveLength(2)
    expect(() => loadConfig(undefined, { SUIDUN_STORE_EVENTS: 'elasticsearch' })).toThrow(
      /elasticsearch.nodes is empty/,
    )
  })

  test.each([
    [{ htp: { port: 1 } }, {}, /unknown key "htp.port" \(did you mean http.port\?\)/],
    [{ http: 7 }, {}, /unknown key "http"/],
    [{ htpp: {} }, {}, /unknown key "htpp"/],
    [{ http: { tsl: {} } }, {}, /unknown key "http.tsl"/],
    [{ http: { port: {} } }, {}, /http.port/],
    [{ http: { tls: {} } }, {}, /http.tls.certificate/],
    [{ data: {} }, {}, /data/],
    [undefined, { SUIDUN_HTTP_PROT: '1' }, /unknown variable SUIDUN_HTTP_PROT \(did you mean SUIDUN_HTTP_PORT\?\)/],
    [undefined, { SUIDUN_HTTP_PORT: 'x' }, /SUIDUN_HTTP_PORT: "x" is not a whole number/],
    [undefined, { SUIDUN_HTTP_PORT: '70000' }, /http.port/],
    [undefined, { SUIDUN_INSECURE: 'yes' }, /write true or false/],
    [{ log: { level: 'loud' } }, {}, /log.level/],
    ['text', {}, /map of keys/],
  ])('%j with %j is refused in words', (file, env, message) => {
    expect(() => loadConfig(file, env as Record<string, string>)).toThrow(message)
  })

  test('a section that sets nothing changes nothing', () => {
    expect(loadConfig({ http: {}, syslog: { udp: {} }, correlation: {} }, {})).toEqual(loadConfig(undefined, {}))
  })

  test("the tests' own variables are no settings", () => {
    expect(() => loadConfig(undefined, { SUIDUN_MATERIAL: '/m', SUIDUN_MATERIAL_REQUIRED: '1' })).not.toThrow()
  })

  test('beyond loopback it wants TLS or insecure', () => {
    expect(() => loadConfig({ ingest: { host: '0.0.0.0' } }, {})).toThrow(/not loopback/)
    expect(() => loadConfig({ ingest: { host: '0.0.0.0' }, insecure: true }, {})).not.toThrow()
    expect(() => loadConfig({ http: { host: '::', tls: { certificate: 'c', key: 'k' } } }, {})).not.toThrow()
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '10.0.0.1', '::', 'example.org', '127.0.0.1.example.org'].some(isLoopback)).toBe(false)
  })

  test('secrets are never shown', () => {
    const loaded = loadConfig({ elasticsearch: { auth: 'elastic:hush' } }, {})
    expect(JSON.stringify(loaded.values)).not.toContain('hush')
    expect(loaded.config.elasticsearch.auth).toBe('elastic:hush')
  })
})
