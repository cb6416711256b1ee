import { describeShapes, type ShapeCase } from '../support/logShapes.ts'

const refused = 'error: buffer_get_ret: trying to get more bytes 4 than in buffer 0'

const laurel = (syscall: object) => ({
  ID: '1615114232.375:15558',
  NODE: 'web01',
  SYSCALL: {
    arch: '0xc000003e',
    success: 'yes',
    exit: 0,
    ppid: 1,
    pid: 2,
    uid: 0,
    comm: 'bash',
    exe: '/usr/bin/bash',
    UID: 'root',
    ...syscall,
  },
})

const CASES: Readonly<Record<string, ShapeCase>> = {
  'a line of sshd': {
    logsource: '{ product: linux, service: sshd }',
    selection: '["buffer_get_ret: trying to get more bytes"]',
    events: {
      auth: { event: { dataset: 'system.auth' }, process: { name: 'sshd' }, message: refused },
      'where all is in one file': { event: { dataset: 'system.syslog' }, process: { name: 'sshd' }, message: refused },
      'journald through Filebeat': {
        event: { kind: 'event', dataset: 'journald' },
        process: { name: 'sshd' },
        log: { syslog: { appname: 'sshd' } },
        message: refused,
      },
      'a file that Elastic Agent reads as it is': { event: { dataset: 'filestream.generic' }, message: refused },
      'journald, its own JSON': { SYSLOG_IDENTIFIER: 'sshd-session', _COMM: 'sshd-session', MESSAGE: refused },
    },
    others: {
      'of another program': { event: { dataset: 'system.syslog' }, process: { name: 'nginx' }, message: refused },
      'of another program in the journal': { SYSLOG_IDENTIFIER: 'myapp', MESSAGE: refused },
      'of a web server that names no program': { event: { dataset: 'nginx.error' }, message: refused },
      'of an application': { event: { dataset: 'application.audit' }, message: refused },
      'of a program that is not named': { event: { dataset: 'portal.log' }, message: refused },
    },
  },
  'lines of authentication': {
    logsource: '{ product: linux, service: auth }',
    selection: '[Failed password]',
    events: {
      Debian: { event: { dataset: 'system.auth' }, message: 'Failed password' },
      SUSE: { event: { dataset: 'system.syslog' }, message: 'Failed password' },
      journald: { event: { dataset: 'journald.log' }, message: 'Failed password' },
      'of a source that says nothing': { message: 'Failed password' },
    },
    others: { 'of an application': { event: { dataset: 'portal.log' }, message: 'Failed password' } },
  },
  'what sudo was asked': {
    logsource: '{ product: linux, service: sudo }',
    selection: "{ USER: '#-1' }",
    events: {
      journald: { event: { dataset: 'journald' }, process: { name: 'sudo' }, user: { effective: { name: '#-1' } } },
      flat: { SYSLOG_IDENTIFIER: 'sudo', USER: '#-1' },
    },
  },
  'a find of ClamAV': {
    logsource: '{ product: linux, service: clamav }',
    selection: '["Trojan*FOUND"]',
    events: {
      daemon: { process: { name: 'clamd' }, message: '/tmp/x: Trojan.Agent FOUND' },
      'on command': { process: { name: 'clamscan' }, message: '/tmp/x: Trojan.Agent FOUND' },
      'by the daemon, on command': { process: { name: 'clamdscan' }, message: '/tmp/x: Trojan.Agent FOUND' },
      'at access': { process: { name: 'clamonacc' }, message: '/tmp/x: Trojan.Agent FOUND' },
    },
    others: { 'of another program': { process: { name: 'cron' }, message: '/tmp/x: Trojan.Agent FOUND' } },
  },
  'a program that begins': {
    logsource: '{ product: linux, category: process_creation }',
    selection: "{ Image|endswith: /bash, CommandLine|contains: 'bash -i', User: root, CurrentDirectory: /root }",
    events: {
      'Elastic Defend': {
        event: { category: ['process'], type: ['start'] },
        process: { executable: '/usr/bin/bash', command_line: 'bash -i', working_directory: '/root' },
        user: { name: 'root' },
      },
      Auditbeat: {
        event: { module: 'auditd', category: ['process'], type: ['start'], action: 'executed' },
        auditd: { message_type: 'syscall', data: { syscall: 'execve' } },
        process: {
          executable: '/usr/bin/bash',
          name: 'bash',
          args: ['bash', '-i'],
          title: 'bash -i',
          working_directory: '/root',
        },
        user: { name: 'root' },
      },
      'Laurel, arguments as text': {
        ...laurel({ syscall: 59, SYSCALL: 'execve' }),
        EXECVE: { argc: 2, ARGV_STR: 'bash -i' },
        CWD: { cwd: '/root' },
      },
      'Laurel, kernel numbers': {
        ...laurel({ syscall: 59 }),
        EXECVE: { argc: 2, ARGV_STR: 'bash -i' },
        CWD: { cwd: '/root' },
      },
      osquery: {
        name: 'process_events',
        hostIdentifier: 'web01',
        action: 'added',
        columns: { path: '/usr/bin/bash', cmdline: 'bash -i', cwd: '/root', username: 'root' },
      },
      'osquery through Filebeat': {
        event: { dataset: 'osquery.result' },
        osquery: {
          result: {
            name: 'process_events',
            columns: { path: '/usr/bin/bash', cmdline: 'bash -i', cwd: '/root', username: 'root' },
          },
        },
      },
    },
  },
  'an argument of a program that begins': {
    logsource: '{ product: linux, category: process_creation }',
    selection: '{ Image|endswith: /bash, CommandLine|contains: /dev/tcp/ }',
    events: {
      Laurel: {
        ...laurel({ syscall: 59, SYSCALL: 'execve' }),
        EXECVE: { argc: 3, ARGV: ['bash', '-c', 'x >& /dev/tcp/192.0.2.1/9'] },
      },
      'Auditbeat without a title': {
        event: { module: 'auditd', category: ['process'], type: ['start'] },
        process: { executable: '/usr/bin/bash', args: ['bash', '-c', 'x >& /dev/tcp/192.0.2.1/9'] },
      },
    },
  },
  'a program by its file': {
    logsource: '{ product: linux, category: process_creation }',
    selection: '{ Image|endswith: /bash, ParentImage|endswith: /sshd }',
    events: {
      Laurel: { ...laurel({ syscall: 59, PPID: { comm: 'sshd', exe: '/usr/sbin/sshd' } }) },
      'Laurel, parent apart': {
        ...laurel({ syscall: 59 }),
        PARENT_INFO: { comm: 'sshd', exe: '/usr/sbin/sshd', ARGV: ['sshd'] },
      },
    },
    others: {
      'that only opens a file': {
        ...laurel({ syscall: 257, SYSCALL: 'openat', PPID: { comm: 'sshd', exe: '/usr/sbin/sshd' } }),
      },
    },
  },
  'a file that is there': {
    logsource: '{ product: linux, category: process_creation }',
    selection: '{ Image|endswith: /bash }',
    events: {
      'osquery, of a process': { name: 'process_events', columns: { path: '/usr/bin/bash', cmdline: 'bash' } },
    },
    others: {
      'osquery, of a file with rights': {
        name: 'suid_bin',
        columns: { path: '/usr/bin/bash', username: 'root', permissions: 'S' },
      },
      'osquery, of a file that changed': {
        name: 'file_events',
        columns: { target_path: '/x', path: '/usr/bin/bash', action: 'UPDATED' },
      },
      'osquery, of a connection': {
        name: 'socket_events',
        columns: { path: '/usr/bin/bash', remote_address: '192.0.2.1', remote_port: '443' },
      },
    },
  },
  'a process, by Sysmon or ECS': {
    logsource: '{ product: linux, category: process_creation }',
    selection: '{ Image|endswith: /bash, CommandLine|contains: /dev/tcp/, User: root }',
    events: {
      'Sysmon for Linux': {
        Event: {
          System: { Channel: 'Linux-Sysmon/Operational', EventID: 1 },
          EventData: { Image: '/usr/bin/bash', CommandLine: 'bash -i >& /dev/tcp/x', User: 'root' },
        },
      },
      'Sysmon for Linux, flat': {
        Channel: 'Linux-Sysmon/Operational',
        EventID: 1,
        Image: '/usr/bin/bash',
        CommandLine: 'bash -i >& /dev/tcp/x',
        User: 'root',
      },
      ECS: {
        event: { category: ['process'], type: ['start'] },
        process: { executable: '/usr/bin/bash', command_line: 'bash -i >& /dev/tcp/x' },
        user: { name: 'root' },
      },
    },
    others: {
      'of Windows': {
        Channel: 'Security',
        EventID: 4688,
        Image: '/usr/bin/bash',
        CommandLine: 'bash -i >& /dev/tcp/x',
        User: 'root',
      },
      'an end': {
        event: { category: ['process'], type: ['end'] },
        process: { executable: '/usr/bin/bash', command_line: 'bash -i >& /dev/tcp/x' },
        user: { name: 'root' },
      },
    },
  },
  'a process of any product': {
    logsource: '{ category: process_creation }',
    selection: '{ Image|endswith: bash, CommandLine|contains: x }',
    events: {
      Linux: {
        event: { category: ['process'], type: ['start'] },
        process: { executable: '/bin/bash', command_line: 'x' },
      },
      Windows: {
        Event: {
          System: { Channel: 'Security', EventID: 4688 },
          EventData: { NewProcessName: 'C:\\bash', CommandLine: 'x' },
        },
      },
      flat: { Image: '/bin/bash', CommandLine: 'x' },
    },
    others: { 'another event': { Channel: 'Security', EventID: 4624, Image: '/bin/bash', CommandLine: 'x' } },
  },
  macOS: {
    logsource: '{ product: macos, category: process_creation }',
    selection: '{ Image|endswith: /osascript, CommandLine|contains: password }',
    events: {
      flat: { Image: '/usr/bin/osascript', CommandLine: 'osascript -e password' },
      ECS: {
        host: { os: { type: 'macos' } },
        event: { category: ['process'], type: ['start'] },
        process: { executable: '/usr/bin/osascript', command_line: 'osascript -e password' },
      },
    },
    others: {
      'of Linux': {
        host: { os: { type: 'linux' } },
        process: { executable: '/usr/bin/osascript', command_line: 'osascript -e password' },
      },
    },
  },
}

describeShapes(CASES)
