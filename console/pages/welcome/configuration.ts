export type Sender = 'curl' | 'rsyslog' | 'filebeat'

/** The configuration of a sender with our address and key filled in. */
export function configuration(sender: Sender, address: string, key: string): string {
  const url = URL.canParse(address) ? new URL(address) : new URL('http://127.0.0.1:8471')
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const tls = url.protocol === 'https:'
  switch (sender) {
    case 'curl':
      return [
        `curl -sS ${url.origin}/ingest \\`,
        `  -H 'Authorization: Bearer ${key}' \\`,
        `  -H 'Content-Type: application/x-ndjson' \\`,
        `  --data '{"message":"first event","event":{"action":"test"}}'`,
      ].join('\n')
    case 'rsyslog':
      return [
        'module(load="omelasticsearch")',
        'template(name="suidun" type="list" option.jsonf="on") {',
        '  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")',
        '  property(outname="message" name="rawmsg" format="jsonf")',
        '  property(outname="host.name" name="hostname" format="jsonf")',
        '}',
        'action(type="omelasticsearch"',
        `  server="${url.hostname}" serverport="${port}" usehttps="${tls ? 'on' : 'off'}"`,
        `  uid="suidun" pwd="${key}"`,
        '  template="suidun" searchIndex="logs" bulkmode="on" writeoperation="create"',
        '  queue.type="LinkedList" queue.filename="suidun" queue.saveOnShutdown="on"',
        '  action.resumeRetryCount="-1")',
      ].join('\n')
    case 'filebeat':
      return [
        'filebeat.inputs:',
        '  - type: filestream',
        '    id: system-logs',
        '    paths: ["/var/log/auth.log", "/var/log/secure"]',
        'setup.ilm.enabled: false',
        'setup.template.enabled: false',
        'output.elasticsearch:',
        `  hosts: ["${url.protocol}//${url.hostname}:${port}"]`,
        `  username: "suidun"`,
        `  password: "${key}"`,
      ].join('\n')
  }
}
