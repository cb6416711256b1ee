/**
 * How the scan of plain lines and its caller share memory; numbers are byte addresses or offsets, words are of four bytes,
 * little endian. Read by both compilers: plain constants only.
 */

// What the scan says of a line.
/** It is not plain. */
export const NO = 0
/** It was read, and its members stand ready to be written. */
export const YES = 1
/** A name is not known: `DETAIL` is the node above it, `KEY_FROM` … `KEY_TO` its bytes. */
export const UNKNOWN = 2

// Words of a line.
export const DETAIL = 0
export const KEY_FROM = 4
export const KEY_TO = 8
/** Flags of all the nodes that were met. */
export const FLAGS = 12
/** Milliseconds since 1970 UTC, eight bytes. */
export const TIME = 16
/** How many texts are to be looked at by the caller, pairs of from and to at `CHECKS`. */
export const CHECK_COUNT = 24
/** Number of the line: what was marked with another one is not marked. */
export const LINE = 28
/** Where values stand by which a line is placed, from and to: host.name, host.hostname, host.ip. 0 where absent. */
export const PLACES = 32
/** How many bytes the constant texts have. */
export const HEAD_LENGTH = 64
export const KIND_LENGTH = 68
export const ADDED_LENGTH = 72
export const REST_HEAD_LENGTH = 76
export const END_LENGTH = 80

// Where things are.
export const STACK = 1024
export const CHECKS = 4096
export const MOST_CHECKS = 16
/**
 * Constant texts: what a line begins with, up to the quote before the original; what is added to an `event` without a kind,
 * and to all; what stands before the remainder; what a line ends with.
 */
export const HEAD = 8192
export const KIND = 8448
export const ADDED = 8704
export const REST_HEAD = 8960
export const END = 9216
export const LONGEST_END = 4096
/** Table of nodes by parent and key: words. */
export const TABLE = 16384
export const TABLE_MASK = 0x7fff
export const NODES = 147456
export const MOST_NODES = 8192
/** Bytes of keys and names. */
export const NAMES = 524288
export const NAMES_END = 2097152
/** Bytes of the body at hand. */
export const WINDOW = 2097152
export const WINDOW_SIZE = 1048576
/** Longer lines are not for the scan. */
export const LONGEST = 131072
/** Members of `event`, those of other groups, the remainder: as they are gathered. */
export const EVENT = 3211264
export const OTHERS = 3473408
export const REST = 3735552
/** What is written; beyond `FULL` it is taken away before the next line. */
export const OUTPUT = 3997696
export const FULL = 5242880
export const SIZE = 6291456

// A node: what a key under a parent leads to.
export const NODE_SIZE = 40
export const NODE_HASH = 0
export const NODE_PARENT = 4
export const NODE_KEY = 8
export const NODE_KEY_LENGTH = 12
export const NODE_INFO = 16
/** Of what stands in the remainder, its full name with quotes and colon. */
export const NODE_NAME = 20
export const NODE_NAME_LENGTH = 24
/** The line that it was met in last. */
export const NODE_SEEN = 28
/** The nodes that came first within it and next behind it last time. */
export const NODE_FIRST = 32
export const NODE_NEXT = 36
export const ROOT = 1

// What a node is.
export const GROUP = 1
export const REMAINDER = 2
export const KEYWORD = 3
export const LONG = 4
export const DOUBLE = 5
export const BOOLEAN = 6
export const DATE = 7
export const ADDRESS = 8
/** A line with such a name is not plain. */
export const REFUSED = 9
export const WHAT = 15
export const MULTI = 16
// Flags of single nodes.
export const IS_TIMESTAMP = 0x100
export const IS_EVENT = 0x200
export const IS_KIND = 0x400
/** What is said of an event where nothing needs to be read out of its message. */
export const IS_TOLD = 0x800
export const IS_HOST_NAME = 0x1000
export const IS_HOSTNAME = 0x2000
export const IS_HOST_IP = 0x4000

/** Limits of a line. */
export const MOST_DEPTH = 12
export const MOST_REST = 64
