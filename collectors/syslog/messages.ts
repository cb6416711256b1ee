import type { FrameBytes } from './frameBatch.ts'

/** What the thread with the sockets is started with; port 0 takes a free one. */
export interface SocketsStart {
  readonly host: string
  readonly udpPort: number
  readonly tcpPort: number
}

export type FromSockets =
  | { readonly type: 'ready'; readonly udpPort: number; readonly tcpPort: number; readonly receiveBuffer: number }
  | { readonly type: 'frames'; readonly protocol: Protocol; readonly frames: FrameBytes }
  /** Lost before they could be handed over. */
  | {
      readonly type: 'lost'
      readonly protocol: Protocol
      readonly address: string
      readonly count: number
      readonly reason: Loss
    }
  | { readonly type: 'closed' }

export type ToSockets = { readonly type: 'taken'; readonly bytes: number } | { readonly type: 'close' }

export type Protocol = 'udp' | 'tcp'

/** Why messages were lost; `cut` = only the end of one. */
export type Loss = 'kernel' | 'full' | 'cut'
