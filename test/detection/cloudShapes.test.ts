import { describeShapes, type ShapeCase } from '../support/logShapes.ts'

const consoleLogin = {
  eventSource: 'signin.amazonaws.com',
  eventName: 'ConsoleLogin',
  userIdentity: { type: 'Root', arn: 'arn:aws:iam::1:root' },
  sourceIPAddress: '192.0.2.1',
  responseElements: { ConsoleLogin: 'Success' },
  additionalEventData: { MFAUsed: 'No' },
}

const CASES: Readonly<Record<string, ShapeCase>> = {
  'AWS CloudTrail': {
    logsource: '{ product: aws, service: cloudtrail }',
    selection:
      '{ eventSource: signin.amazonaws.com, eventName: ConsoleLogin, userIdentity.type: Root, sourceIPAddress: 192.0.2.1, responseElements.ConsoleLogin: Success, additionalEventData.MFAUsed: "No" }',
    events: {
      'its own': consoleLogin,
      'dotted names': {
        eventSource: 'signin.amazonaws.com',
        eventName: 'ConsoleLogin',
        'userIdentity.type': 'Root',
        sourceIPAddress: '192.0.2.1',
        'responseElements.ConsoleLogin': 'Success',
        'additionalEventData.MFAUsed': 'No',
      },
      EventBridge: { source: 'aws.signin', 'detail-type': 'AWS Console Sign In via CloudTrail', detail: consoleLogin },
      Filebeat: {
        event: { dataset: 'aws.cloudtrail', action: 'ConsoleLogin', provider: 'signin.amazonaws.com' },
        source: { ip: '192.0.2.1' },
        aws: {
          cloudtrail: {
            user_identity: { type: 'Root' },
            flattened: { response_elements: { ConsoleLogin: 'Success' } },
            console_login: { additional_eventdata: { mfa_used: 'No' } },
          },
        },
      },
    },
    others: { 'another service': { ...consoleLogin, event: { dataset: 'okta.system' } } },
  },
  'parameters as text': {
    logsource: '{ product: aws, service: cloudtrail }',
    selection: '{ eventName: PutBucketVersioning, requestParameters|contains: Suspended }',
    events: {
      nested: {
        eventName: 'PutBucketVersioning',
        requestParameters: { bucketName: 'b', VersioningConfiguration: { Status: 'Suspended' } },
      },
      text: { eventName: 'PutBucketVersioning', requestParameters: '{"Status":"Suspended"}' },
    },
  },
  'a parameter of a request': {
    logsource: '{ product: aws, service: cloudtrail }',
    selection: '{ eventName: ModifyInstanceAttribute, requestParameters.attribute: userData }',
    events: {
      'its own': {
        eventName: 'ModifyInstanceAttribute',
        requestParameters: { instanceId: 'i-1', attribute: 'userData' },
      },
      EventBridge: {
        detail: { eventName: 'ModifyInstanceAttribute', requestParameters: { attribute: 'userData' } },
      },
      Wazuh: {
        data: { aws: { eventName: 'ModifyInstanceAttribute', requestParameters: { attribute: 'userData' } } },
      },
      'Filebeat and Elastic Agent': {
        event: { dataset: 'aws.cloudtrail', action: 'ModifyInstanceAttribute' },
        aws: {
          cloudtrail: {
            request_parameters: '{instanceId=i-1, attribute=userData}',
            flattened: { request_parameters: { instanceId: 'i-1', attribute: 'userData' } },
          },
        },
      },
    },
  },
  'a parameter of any depth': {
    logsource: '{ product: aws, service: cloudtrail }',
    selection:
      '{ requestParameters.containerDefinitions.command|contains: nc -e, additionalEventData.SSEApplied: x, responseElements.publiclyAccessible: true }',
    events: {
      'Filebeat and Elastic Agent': {
        event: { dataset: 'aws.cloudtrail' },
        aws: {
          cloudtrail: {
            flattened: {
              request_parameters: { containerDefinitions: [{ name: 'x', command: ['sh', '-c', 'nc -e /bin/sh'] }] },
              additional_eventdata: { SSEApplied: 'x' },
              response_elements: { publiclyAccessible: true },
            },
          },
        },
      },
    },
  },
  'a text anywhere in the parameters': {
    logsource: '{ product: aws, service: cloudtrail }',
    selection: '{ eventName: Attach*, requestParameters|contains|all: [AdministratorAccess, bob] }',
    events: {
      'its own': {
        eventName: 'AttachUserPolicy',
        requestParameters: { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', users: [{ userName: 'bob' }] },
      },
      'dotted names': {
        eventName: 'AttachUserPolicy',
        'requestParameters.policyArn': 'arn:aws:iam::aws:policy/AdministratorAccess',
        'requestParameters.userName': 'bob',
      },
      text: {
        eventName: 'AttachUserPolicy',
        requestParameters: '{"policyArn":"AdministratorAccess","userName":"bob"}',
      },
      Wazuh: {
        data: { aws: { eventName: 'AttachRolePolicy', requestParameters: { a: 'AdministratorAccess', b: 'bob' } } },
      },
      'Elastic Agent': {
        event: { dataset: 'aws.cloudtrail', action: 'AttachUserPolicy' },
        aws: { cloudtrail: { flattened: { request_parameters: { a: 'AdministratorAccess', b: 'bob' } } } },
      },
    },
    others: {
      'a text elsewhere': {
        eventName: 'AttachUserPolicy',
        requestParameters: { userName: 'bob' },
        requestParametersOf: { a: 'AdministratorAccess' },
        responseElements: { policy: 'AdministratorAccess' },
      },
    },
  },
  'Azure activity log': {
    logsource: '{ product: azure, service: activitylogs }',
    selection:
      '{ operationName: MICROSOFT.NETWORK/FIREWALLPOLICIES/WRITE, CategoryValue: Administrative, ResourceProviderValue: Microsoft.Network, ResourceId|contains: /policies/p }',
    events: {
      'Log Analytics': {
        OperationNameValue: 'MICROSOFT.NETWORK/FIREWALLPOLICIES/WRITE',
        OperationName: 'Create or Update Firewall Policy',
        CategoryValue: 'Administrative',
        Category: 'Administrative',
        ResourceProviderValue: 'MICROSOFT.NETWORK',
        _ResourceId: '/subscriptions/s/policies/p',
      },
      'activity log API': {
        operationName: { value: 'Microsoft.Network/firewallPolicies/write', localizedValue: 'Create or Update' },
        category: { value: 'Administrative', localizedValue: 'Administrative' },
        resourceProviderName: { value: 'Microsoft.Network', localizedValue: 'Microsoft Network' },
        resourceId: '/subscriptions/s/policies/p',
      },
      'Event Hub': {
        operationName: 'MICROSOFT.NETWORK/FIREWALLPOLICIES/WRITE',
        category: 'Administrative',
        resourceId: '/SUBSCRIPTIONS/S/POLICIES/P',
        properties: { message: 'Microsoft.Network/firewallPolicies/write' },
        resourceProvider: 'Microsoft.Network',
      },
      Filebeat: {
        event: { dataset: 'azure.activitylogs', action: 'MICROSOFT.NETWORK/FIREWALLPOLICIES/WRITE' },
        azure: {
          activitylogs: {
            operation_name: 'MICROSOFT.NETWORK/FIREWALLPOLICIES/WRITE',
            category: 'Write',
            event_category: 'Administrative',
          },
          resource: { id: '/SUBSCRIPTIONS/S/POLICIES/P', provider: 'MICROSOFT.NETWORK' },
        },
      },
    },
  },
  'Entra audit log': {
    logsource: '{ product: azure, service: auditlogs }',
    selection: '{ properties.message: Add member to role, TargetResources|contains: 62e90394, Status: Success }',
    events: {
      'diagnostic log': {
        category: 'AuditLogs',
        operationName: 'Add member to role',
        properties: {
          activityDisplayName: 'Add member to role',
          result: 'success',
          targetResources: [{ id: 'u1' }, { modifiedProperties: [{ displayName: 'Role', newValue: '"62e90394-1"' }] }],
        },
      },
      'Log Analytics': {
        OperationName: 'Add member to role',
        Result: 'success',
        TargetResources: '[{"modifiedProperties":[{"newValue":"62e90394-1"}]}]',
        Status: 'Success',
      },
      Graph: {
        activityDisplayName: 'Add member to role',
        result: 'success',
        targetResources: [{ id: '62e90394-1', displayName: 'x' }],
      },
    },
  },
  'Entra sign-in log': {
    logsource: '{ product: azure, service: signinlogs }',
    selection:
      '{ ResultType: 50126, AuthenticationRequirement: singleFactorAuthentication, DeviceDetail.deviceId: "" }',
    events: {
      'diagnostic log': {
        category: 'SignInLogs',
        resultType: '50126',
        properties: { authenticationRequirement: 'singleFactorAuthentication', deviceDetail: { deviceId: '' } },
      },
      'Log Analytics': {
        ResultType: 50126,
        AuthenticationRequirement: 'singleFactorAuthentication',
        DeviceDetail: { deviceId: '' },
      },
      Filebeat: {
        event: { dataset: 'azure.signinlogs' },
        azure: {
          signinlogs: {
            result_type: '50126',
            properties: { authentication_requirement: 'singleFactorAuthentication', device_detail: { device_id: '' } },
          },
        },
      },
    },
  },
  Okta: {
    logsource: '{ product: okta, service: okta }',
    selection:
      '{ eventType: user.session.start, outcome.reason: INVALID_CREDENTIALS, target.displayName: Okta Admin Console, actor.alternateId|endswith: "@example.com", debugContext.debugData.behaviors|contains: POSITIVE }',
    events: {
      'its own': {
        eventType: 'user.session.start',
        outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
        target: [{ displayName: 'x' }, { displayName: 'Okta Admin Console' }],
        actor: { alternateId: 'a@example.com' },
        debugContext: { debugData: { behaviors: '{New Geo-Location=POSITIVE, New Device=NEGATIVE}' } },
      },
      Filebeat: {
        event: { dataset: 'okta.system', action: 'user.session.start' },
        okta: {
          event_type: 'user.session.start',
          outcome: { reason: 'INVALID_CREDENTIALS' },
          target: [{ display_name: 'Okta Admin Console' }],
          actor: { alternate_id: 'a@example.com' },
          debug_context: { debug_data: { behaviors: 'New Device=POSITIVE' } },
        },
      },
    },
  },
  'what Okta says beside': {
    logsource: '{ product: okta, service: okta }',
    selection:
      '{ debugContext.debugData.behaviors|contains: POSITIVE, debugContext.debugData.logOnlySecurityData|contains: POSITIVE, debugContext.debugData.requestUri|contains: /oauth2 }',
    events: {
      text: {
        debugContext: {
          debugData: {
            behaviors: '{New Geo-Location=NEGATIVE, New Device=POSITIVE}',
            logOnlySecurityData: '{"risk":{"level":"LOW"},"behaviors":{"New Device":"POSITIVE"}}',
            requestUri: '/oauth2/v1',
          },
        },
      },
      nested: {
        debugContext: {
          debugData: {
            behaviors: { 'New Device': 'POSITIVE' },
            logOnlySecurityData: { risk: { level: 'LOW' }, behaviors: { 'New Device': 'POSITIVE' } },
            requestUri: '/oauth2/v1',
          },
        },
      },
      'Elastic Agent': {
        event: { dataset: 'okta.system' },
        okta: {
          debug_context: {
            debug_data: {
              request_uri: '/oauth2/v1',
              flattened: {
                requestUri: '/oauth2/v1',
                behaviors: { 'New Geo-Location': 'NEGATIVE', 'New Device': 'POSITIVE' },
                logOnlySecurityData: { risk: { level: 'LOW' }, behaviors: { 'New Device': 'POSITIVE' } },
              },
            },
          },
        },
      },
    },
  },
  'a setting that Okta keeps under flattened alone': {
    logsource: '{ product: okta, service: okta }',
    selection: '{ debugContext.debugData.grantType: client_credentials }',
    events: {
      'Elastic Agent': {
        okta: { debug_context: { debug_data: { flattened: { grantType: 'client_credentials' } } } },
      },
    },
  },
  'Microsoft 365': {
    logsource: '{ product: m365, service: audit }',
    selection:
      '{ Operation: New-InboxRule, Workload: Exchange, Parameters|contains|all: [ForwardTo, out@example.org] }',
    events: {
      'its own': {
        Operation: 'New-InboxRule',
        Workload: 'Exchange',
        Parameters: [
          { Name: 'Name', Value: '.' },
          { Name: 'ForwardTo', Value: 'out@example.org' },
        ],
      },
      text: {
        Operation: 'New-InboxRule',
        Workload: 'Exchange',
        Parameters: '[{"Name":"ForwardTo","Value":"out@example.org"}]',
      },
      Filebeat: {
        event: { dataset: 'o365.audit', action: 'New-InboxRule', provider: 'Exchange' },
        o365: { audit: { Operation: 'New-InboxRule', Parameters: [{ Name: 'ForwardTo', Value: 'out@example.org' }] } },
      },
    },
  },
  'Google Cloud': {
    logsource: '{ product: gcp, service: gcp.audit }',
    selection: '{ gcp.audit.method_name: google.iam.admin.v1.DeleteServiceAccount }',
    events: {
      'its own': { protoPayload: { methodName: 'google.iam.admin.v1.DeleteServiceAccount' } },
      'Pub/Sub': { data: { protoPayload: { methodName: 'google.iam.admin.v1.DeleteServiceAccount' } } },
      Filebeat: {
        event: { dataset: 'gcp.audit' },
        gcp: { audit: { method_name: 'google.iam.admin.v1.DeleteServiceAccount' } },
      },
    },
  },
  Kubernetes: {
    logsource: '{ product: kubernetes, category: application, service: audit }',
    selection: "{ verb: create, objectRef.resource: pods, hostPath: '*' }",
    events: {
      'its own': {
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        verb: 'create',
        objectRef: { resource: 'pods' },
        requestObject: { spec: { volumes: [{ name: 'x', hostPath: { path: '/' } }] } },
      },
      Elastic: {
        event: { dataset: 'kubernetes.audit_logs' },
        kubernetes: {
          audit: {
            verb: 'create',
            objectRef: { resource: 'pods' },
            requestObject: { spec: { volumes: [{ hostPath: { path: '/' } }] } },
          },
        },
      },
    },
    others: { 'a pod without': { verb: 'create', objectRef: { resource: 'pods' } } },
  },
  GitHub: {
    logsource: '{ product: github, service: audit }',
    selection: '{ action: repo.destroy }',
    events: {
      'its own': { action: 'repo.destroy', actor: 'x' },
      Elastic: { event: { dataset: 'github.audit', action: 'repo.destroy' } },
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
  'web server': {
    logsource: '{ category: webserver }',
    selection: "{ cs-method: GET, cs-uri-query|contains: '../', sc-status: 200, cs-user-agent|startswith: curl }",
    events: {
      W3C: { 'cs-method': 'GET', 'cs-uri-query': 'f=../x', 'sc-status': 200, 'cs-user-agent': 'curl/8' },
      ECS: {
        http: { request: { method: 'GET' }, response: { status_code: 200 } },
        url: { original: '/a?f=../x' },
        user_agent: { original: 'curl/8' },
      },
    },
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
  'RPC Firewall': {
    logsource: '{ product: rpc_firewall, category: application }',
    selection: '{ EventLog: RPCFW, EventID: 3, InterfaceUuid: 1ff70682-0a51-30e8-076d-740be8cee98b, OpNum: 1 }',
    events: {
      flat: { EventLog: 'RPCFW', EventID: 3, InterfaceUuid: '1ff70682-0a51-30e8-076d-740be8cee98b', OpNum: 1 },
      winlogbeat: {
        winlog: {
          channel: 'RPCFW',
          event_id: '3',
          event_data: { InterfaceUuid: '1ff70682-0a51-30e8-076d-740be8cee98b', OpNum: '1' },
        },
      },
    },
  },
  'Linux process': {
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
  'an application of any kind': {
    logsource: '{ product: python, category: application }',
    selection: '[DataError]',
    events: {
      text: { message: 'psycopg.DataError: x' },
      'on Windows': { Channel: 'Application', EventID: 1, Message: 'DataError' },
    },
    others: { 'not of an application': { Channel: 'Security', EventID: 4688, CommandLine: 'echo DataError' } },
  },
}

describeShapes(CASES)
