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

/** ECS lines as a shipper sends them, about 800 characters each: web access, sign-ins and process starts, no two alike. */
export function benchLines(count: number): string[] {
  const start = Date.now() - count
  return Array.from({ length: count }, (_, n) => JSON.stringify(lineOf(n, new Date(start + n).toISOString())))
}

function lineOf(n: number, at: string): object {
  const host = `web-${n % 40}.portal.example`
  const ip = `10.${n % 8}.${n % 250}.${(n * 7) % 250}`
  const base = {
    '@timestamp': at,
    ecs: { version: '8.17.0' },
    agent: { name: host, type: 'filebeat', version: '8.19.2', id: '6f0a2a1e-1c53-4a7e-9f0a-0d6a3f1f7b11' },
    host: {
      name: host,
      hostname: host,
      ip: [`172.16.${n % 40}.10`],
      os: { family: 'debian', name: 'Debian', type: 'linux' },
    },
  }
  if (n % 10 < 6) {
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
  if (n % 10 < 8)
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
