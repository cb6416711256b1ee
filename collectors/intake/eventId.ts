import { hash } from 'node:crypto'

/**
 * The id of an event whose sender gave it an identity: the same identity by the same key is the same event, if `line` is
 * given only with the same line. 32 hex digits of SHA-256; the parts are length-prefixed, so no two triples read alike.
 */
export function identifiedId(keyId: string, identity: string, line = ''): string {
  return hash('sha256', `${keyId.length}:${keyId}${identity.length}:${identity}${line}`, 'hex').slice(0, 32)
}

/** Makes the ids of a lane's events without one: receiver (16 hex digits), lane and sequence. Never the same twice. */
export function numberedIds(receiver: string, lane: number): (seq: number) => string {
  const head = receiver + lane.toString(16).padStart(3, '0')
  return (seq) => head + seq.toString(16).padStart(13, '0')
}
