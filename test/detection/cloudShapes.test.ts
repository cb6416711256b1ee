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
      '{ operationName: MICROSOFT.NETWORK/FIREWALLPOLICIES/WRITE, OperationNameValue|endswith: /WRITE, CategoryValue: Administrative, ResourceProviderValue: Microsoft.Network, ResourceId|contains: /policies/p }',
    events: {
      'Log Analytics': {
        OperationNameValue: 'MICROSOFT.NETWORK/FIREWALLPOLICIES/WRITE',
        OperationName: 'Create or Update Firewall Policy',
        CategoryValue: 'Administrative',
        Category: '',
        ResourceProviderValue: 'MICROSOFT.NETWORK',
        ResourceProvider: 'Microsoft Network',
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
