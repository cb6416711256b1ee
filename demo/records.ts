import type { HostRecord } from './line.ts'

/** Facility and severity as one number: authpriv info, authpriv notice, cron info, daemon info. */
const AUTH = 86
const NOTICE = 85
const CRON = 78
const DAEMON = 30

type Sign = { readonly user: string; readonly ip: string; readonly port: number; readonly pid: number }

const signIn = (outcome: string, s: Sign) => ({
  event: { action: 'ssh_login', category: ['authentication'], type: ['start'], outcome },
  user: { name: s.user },
  source: { ip: s.ip, address: s.ip, port: s.port },
})

/** sshd lets somebody in, by a key (its fingerprint) or by password. */
export function accepted(s: Sign & { readonly key?: string }): HostRecord {
  const how = s.key === undefined ? 'password' : 'publickey'
  const end = s.key === undefined ? '' : `: ED25519 SHA256:${s.key}`
  const message = `Accepted ${how} for ${s.user} from ${s.ip} port ${s.port} ssh2${end}`
  return auth('sshd', s.pid, message, signIn('success', s), AUTH)
}

/** sshd refuses a password. */
export function refused(s: Sign & { readonly unknown?: boolean }): HostRecord {
  const who = s.unknown === true ? `invalid user ${s.user}` : s.user
  return auth('sshd', s.pid, `Failed password for ${who} from ${s.ip} port ${s.port} ssh2`, signIn('failure', s), AUTH)
}

/** PAM opens or closes the session of somebody for a service. */
export function session(
  service: 'sshd' | 'CRON' | 'sudo',
  what: 'opened' | 'closed',
  user: string,
  pid: number,
): HostRecord {
  const name = service === 'CRON' ? 'cron' : service
  const by = what === 'opened' ? `${user === 'root' ? '(uid=0)' : '(uid=1001)'} by (uid=0)` : ''
  const message = `pam_unix(${name}:session): session ${what} for user ${user}${by}`
  const ecs = {
    event: { action: `session_${what}`, category: ['session'], outcome: 'success' },
    user: { name: user },
  }
  return auth(service, pid, message, ecs, AUTH)
}

/** PAM of sshd says that a password was wrong. */
export function wrongPassword(user: string, ip: string, pid: number): HostRecord {
  const message = `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip}  user=${user}`
  const ecs = {
    event: { action: 'authentication_failure', category: ['authentication'], outcome: 'failure' },
    user: { name: user },
    source: { ip, address: ip },
  }
  return auth('sshd', pid, message, ecs, NOTICE)
}

/** sudo runs a command for somebody as somebody else. */
export function sudo(user: string, command: string, as = 'root', tty = 'pts/1', folder = `/home/${user}`): HostRecord {
  const message = `${user.padStart(8)} : TTY=${tty} ; PWD=${folder} ; USER=${as} ; COMMAND=${command}`
  const ecs = {
    event: { action: 'sudo', category: ['process'], type: ['start'], outcome: 'success' },
    user: { name: user, effective: { name: as } },
    process: { command_line: command, working_directory: folder },
  }
  return auth('sudo', 0, message, ecs, NOTICE)
}

/** cron starts a job. */
export function job(user: string, command: string, pid: number): HostRecord {
  const ecs = {
    event: { action: 'cron_command', category: ['process'], type: ['start'], outcome: 'success' },
    user: { name: user },
    process: { command_line: command },
  }
  return auth('CRON', pid, `(${user}) CMD (${command})`, ecs, CRON)
}

/** Somebody lists or replaces a table of jobs. */
export function crontab(user: string, what: 'LIST' | 'REPLACE', pid: number): HostRecord {
  const ecs = {
    event: {
      action: what === 'LIST' ? 'cron_listed' : 'cron_changed',
      category: ['configuration'],
      outcome: 'success',
    },
    user: { name: user, target: { name: user } },
  }
  return auth('crontab', pid, `(${user}) ${what} (${user})`, ecs, CRON)
}

/** An account comes into being on a host. */
export function userAdded(name: string, uid: number, pid: number): HostRecord {
  const message = `new user: name=${name}, UID=${uid}, GID=${uid}, home=/home/${name}, shell=/bin/bash, from=/dev/pts/1`
  const ecs = { event: { action: 'user_created', category: ['iam'], outcome: 'success' }, user: { name } }
  return auth('useradd', pid, message, ecs, AUTH)
}

/** An account joins a group of a host. */
export function groupJoined(name: string, group: string, pid: number, shadow = false): HostRecord {
  const ecs = {
    event: { action: 'group_member_added', category: ['iam'], outcome: 'success' },
    user: { name },
    group: { name: group },
  }
  return auth('usermod', pid, `add '${name}' to ${shadow ? 'shadow ' : ''}group '${group}'`, ecs, AUTH)
}

/** A daemon tells something. */
export function daemon(program: string, pid: number, message: string): HostRecord {
  return { program, pid, priority: DAEMON, message, dataset: 'system.syslog', ecs: {} }
}

function auth(program: string, pid: number, message: string, ecs: HostRecord['ecs'], priority: number): HostRecord {
  return { program, pid, priority, message, dataset: 'system.auth', ecs }
}
