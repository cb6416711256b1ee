import { describeShapes, type ShapeCase } from '../support/logShapes.ts'

const CASES: Readonly<Record<string, ShapeCase>> = {
  'a question to a name server': {
    logsource: '{ category: dns }',
    selection: '{ query|endswith: .evil.example, record_type: TXT, answer|contains: powershell }',
    events: {
      ECS: {
        dns: {
          question: { name: 'a.evil.example', type: 'TXT' },
          answers: [{ data: 'x' }, { data: 'powershell -enc' }],
        },
      },
      'Suricata, before 8': {
        event_type: 'dns',
        dns: {
          version: 2,
          type: 'answer',
          rrname: 'a.evil.example',
          rrtype: 'TXT',
          answers: [{ rrname: 'a.evil.example', rrtype: 'TXT', ttl: 60, rdata: 'powershell -enc' }],
        },
      },
      'Suricata, answers grouped': {
        event_type: 'dns',
        dns: { version: 2, rrname: 'a.evil.example', rrtype: 'TXT', grouped: { TXT: ['powershell -enc'] } },
      },
      'Suricata 8': {
        event_type: 'dns',
        dns: {
          version: 3,
          type: 'response',
          queries: [{ rrname: 'a.evil.example', rrtype: 'TXT' }],
          answers: [{ rrname: 'a.evil.example', rrtype: 'TXT', rdata: 'powershell -enc' }],
        },
      },
      'Suricata, at an alert': {
        event_type: 'alert',
        dns: {
          query: [{ type: 'query', rrname: 'a.evil.example', rrtype: 'TXT' }],
          answers: [{ rdata: 'powershell -enc' }],
        },
      },
      Zeek: { query: 'a.evil.example', qtype_name: 'TXT', answers: ['powershell -enc'] },
      'Route 53 Resolver': {
        query_name: 'a.evil.example',
        query_type: 'TXT',
        answers: [{ Rdata: 'powershell -enc', Type: 'TXT', Class: 'IN' }],
      },
    },
    others: { 'another name': { dns: { queries: [{ rrname: 'example.com', rrtype: 'TXT' }] } } },
  },
  'a question alone': {
    logsource: '{ category: dns }',
    selection: '{ query|endswith: .evil.example, src_ip: 192.0.2.1 }',
    events: {
      'DNS server of Windows': { QNAME: 'a.evil.example', Source: '192.0.2.1' },
      FortiGate: { type: 'utm', subtype: 'dns', qname: 'a.evil.example', qtype: 'A', srcip: '192.0.2.1' },
      'Route 53 Resolver': { query_name: 'a.evil.example', srcaddr: '192.0.2.1' },
    },
  },
  'a connection that a firewall lets pass': {
    logsource: '{ category: firewall }',
    selection: '{ dst_ip: 198.51.100.7, dst_port: 3306, src_ip: 192.0.2.1, src_port: 40000, action: accept }',
    events: {
      ECS: {
        source: { ip: '192.0.2.1', port: 40000 },
        destination: { ip: '198.51.100.7', port: 3306 },
        event: { action: 'accept' },
      },
      FortiGate: {
        srcip: '192.0.2.1',
        srcport: 40000,
        dstip: '198.51.100.7',
        dstport: 3306,
        action: 'accept',
      },
      Suricata: {
        event_type: 'flow',
        src_ip: '192.0.2.1',
        src_port: 40000,
        dest_ip: '198.51.100.7',
        dest_port: 3306,
        action: 'accept',
      },
      'VPC flow log': {
        srcaddr: '192.0.2.1',
        srcport: 40000,
        dstaddr: '198.51.100.7',
        dstport: 3306,
        action: 'ACCEPT',
      },
      CEF: { src: '192.0.2.1', spt: 40000, dst: '198.51.100.7', dpt: 3306, act: 'accept' },
    },
    others: {
      'to another port': { srcip: '192.0.2.1', srcport: 40000, dstip: '198.51.100.7', dstport: 443, action: 'accept' },
    },
  },
  Zeek: {
    logsource: '{ product: zeek, service: dns }',
    selection: '{ query|endswith: .example, id.resp_p: 53, qtype_name: TXT }',
    events: {
      'its own': { _path: 'dns', query: 'a.example', 'id.resp_p': 53, qtype_name: 'TXT' },
      nested: { query: 'a.example', id: { resp_p: 53 }, qtype_name: 'TXT' },
      Filebeat: {
        event: { dataset: 'zeek.dns' },
        zeek: { dns: { query: 'a.example', qtype_name: 'TXT' } },
        destination: { port: 53 },
      },
      ECS: { dns: { question: { name: 'a.example', type: 'TXT' } }, destination: { port: 53 } },
    },
    others: { 'another log': { _path: 'ssl', query: 'a.example', 'id.resp_p': 53, qtype_name: 'TXT' } },
  },
  Fortinet: {
    logsource: '{ product: fortigate, service: event }',
    selection: '{ action: Edit, cfgpath: user.group }',
    events: {
      'its own': { action: 'Edit', cfgpath: 'user.group' },
      Filebeat: {
        event: { dataset: 'fortinet.firewall', action: 'Edit' },
        fortinet: { firewall: { action: 'Edit', cfgpath: 'user.group' } },
      },
    },
  },
}

describeShapes(CASES)
