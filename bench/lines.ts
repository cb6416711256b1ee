const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT']
const PATHS = [
  '/index',
  '/api/v1/matters',
  '/api/v1/users/profile',
  '/login',
  '/static/app.js',
  '/search?q=公积金',
  '/download/guide.pdf',
]
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
]

const ACTIONS = ['login', 'query', 'export', 'submit', 'approve']

/**
 * What a platform like this takes in, about 900 characters a line, no two alike. Of ten lines seven are ECS documents of a
 * shipper (web access, sign-ins, process starts), two are of the audit log of an application, and one is a web server's line
 * that a shipper wrapped without reading it. Line number `n` is of `start` + n milliseconds.
 */
export function benchLines(from: number, to: number, start: number): string[] {
  const lines: string[] = []
  for (let n = from; n < to; n++) lines.push(JSON.stringify(lineOf(n % 10, Math.floor(n / 10), start + n)))
  return lines
}

function lineOf(kind: number, n: number, time: number): object {
  const at = new Date(time).toISOString()
  if (kind < 7) return documentOf(kind, n, at)
  return kind < 9 ? auditOf(n, at) : wrapped(n, at)
}

function auditOf(n: number, at: string): object {
  return {
    time: at,
    user: `zhang.${n % 900}`,
    action: ACTIONS[n % ACTIONS.length],
    result: n % 50 === 0 ? '失败' : '成功',
    object: `办件_${n % 5000}`,
    object_type: 'matter',
    count: n % 40,
    ip: `10.${n % 8}.${n % 250}.${(n * 7) % 250}`,
    app: 'portal',
    trace_id: (0x1000_0000 + n).toString(16).padStart(32, '0'),
    detail: `穗好办 办理事项 ${n % 5000}，经办窗口 ${n % 60}`,
  }
}

function wrapped(n: number, at: string): object {
  const host = `web-${n % 40}.portal.example`
  return {
    '@timestamp': at,
    message: accessText(n, at),
    host: { name: host },
    log: { file: { path: '/var/log/nginx/access.log' }, offset: n * 211 },
    agent: { name: host, type: 'filebeat', version: '8.19.2', id: '6f0a2a1e-1c53-4a7e-9f0a-0d6a3f1f7b11' },
    ecs: { version: '8.17.0' },
    input: { type: 'filestream' },
  }
}

function accessText(n: number, at: string): string {
  const [, day, month, year, clock] = new Date(at).toUTCString().split(' ')
  const time = `${day}/${month}/${year}:${clock} +0000`
  const ip = `10.${n % 8}.${n % 250}.${(n * 7) % 250}`
  return `${ip} - - [${time}] "${METHODS[n % 5]} ${PATHS[n % PATHS.length]} HTTP/1.1" 200 ${n % 9000} "-" "${AGENTS[n % 2]}"`
}

function documentOf(kind: number, n: number, at: string): object {
  const host = `web-${n % 40}.portal.example`
  const ip = `10.${n % 8}.${n % 250}.${(n * 7) % 250}`
  const base = {
    '@timestamp': at,
    ecs: { version: '8.17.0' },
    agent: {
      name: host,
      type: 'filebeat',
      version: '8.19.2',
      id: '6f0a2a1e-1c53-4a7e-9f0a-0d6a3f1f7b11',
      ephemeral_id: 'c3f0b6de-98a1-4c1d-8a55-1f6f1a7a2c90',
    },
    input: { type: 'filestream' },
    host: {
      name: host,
      id: `0d1c6f3a8e2b4c5d9f7a6b5c4d3e2f${10 + (n % 40)}`,
      hostname: host,
      ip: [`172.16.${n % 40}.10`],
      os: { family: 'debian', name: 'Debian', type: 'linux' },
    },
  }
  if (kind < 4) {
    const path = PATHS[n % PATHS.length]!
    return {
      ...base,
      message: `${ip} - - [24/Nov/2026:08:00:00 +0800] "${METHODS[n % 5]} ${path} HTTP/1.1" 200 ${n % 9000}`,
      event: { dataset: 'nginx.access', category: ['web'], type: ['access'], outcome: 'success', duration: n * 1000 },
      http: {
        request: { method: METHODS[n % 5] },
        response: { status_code: 200, body: { bytes: n % 9000 } },
        version: '1.1',
      },
      source: { ip, address: ip, port: 1024 + (n % 60_000) },
      url: { original: path, path: path.split('?')[0], domain: 'portal.example', scheme: 'https' },
      user_agent: { original: AGENTS[n % 2] },
      nginx: { access: { remote_ip_list: [ip], upstream: `10.0.0.${n % 9}:8080`, request_time: (n % 700) / 1000 } },
    }
  }
  if (kind < 5)
    return {
      ...base,
      message: `Accepted publickey for deploy${n % 30} from ${ip} port ${1024 + (n % 60_000)} ssh2: ED25519 SHA256:${n}`,
      event: {
        dataset: 'system.auth',
        category: ['authentication'],
        type: ['start'],
        action: 'ssh_login',
        outcome: 'success',
      },
      source: { ip, address: ip, port: 1024 + (n % 60_000) },
      user: { name: `deploy${n % 30}` },
      process: { name: 'sshd', pid: n % 32_768 },
      log: { file: { path: '/var/log/auth.log' }, syslog: { facility: { code: 10 }, severity: { code: 6 } } },
      related: { ip: [ip], user: [`deploy${n % 30}`] },
    }
  return {
    ...base,
    message: `process started: /usr/bin/python3 /opt/portal/jobs/report_${n % 100}.py`,
    event: { dataset: 'auditd.log', category: ['process'], type: ['start'], action: 'executed', outcome: 'success' },
    process: {
      name: 'python3',
      executable: '/usr/bin/python3',
      pid: n % 32_768,
      args: ['/usr/bin/python3', `/opt/portal/jobs/report_${n % 100}.py`, '--day', at.slice(0, 10)],
      command_line: `/usr/bin/python3 /opt/portal/jobs/report_${n % 100}.py --day ${at.slice(0, 10)}`,
      parent: { name: 'cron', executable: '/usr/sbin/cron', pid: 811 },
      working_directory: '/opt/portal',
    },
    user: { name: 'portal', id: '1001' },
    auditd: { log: { sequence: n, arch: 'x86_64', syscall: 'execve', success: 'yes', tty: '(none)' } },
  }
}
