/**
 * How the scan and its caller share memory; numbers are byte addresses or offsets, words are of four bytes, little endian.
 * Read by both compilers: plain constants only.
 */

// What the scan says of a line.
/** It was walked and probed; candidates are in `FOUND`. */
export const DONE = 0
export const BLANK = 1
/** It is no JSON object, as far as the scan can tell. */
export const MALFORMED = 2
/** It is not for the scan (keys that stand twice, escaped keys, too much of anything): it must be parsed. */
export const DOUBTFUL = 3
/** The class of the value at span `DETAIL`, of log-source field `FIELD`, is not known. */
export const NEW_VALUE = 4
/** No plan is known for the classes in `PAIRS`. */
export const NEW_CLASS = 5
/** It has a field of the plan for which no tables are made: those at `DETAIL`. */
export const NEW_FIELD = 6
/** Some values are not written as the plan's literals are: those marked TO_REWRITE, and what keywords are sought in. */
export const ODD = 7
/** It has too many values in log-source fields to be of a class. */
export const NO_CLASS = 8
/** There are no more lines. */
export const END = 9

// Words of a line.
export const LINE_FROM = 0
/** Where its line feed stands. */
export const LINE_TO = 4
export const DETAIL = 8
export const FIELD = 12
export const SPAN_COUNT = 16
export const PRESENT_COUNT = 20
export const FOUND_COUNT = 24
export const PAIR_COUNT = 28
/** How the texts that were kept, and all texts of the line, are written: flags of spans. */
export const ODD_SPANS = 32
export const ODD_LINE = 36
export const PLAN = 40
/** Where keywords are sought. */
export const KEYWORDS_FROM = 44
export const KEYWORDS_TO = 48
/** How many lines were no JSON objects but blank. */
export const BLANKS = 60
/** Number of the line, and of the last object met: what was marked with an older one is not marked. */
export const LINE = 52
export const OBJECT = 56

// Words that hold where tables are.
export const KEYS = 64
export const KEYS_MASK = 68
export const NODE_INFO = 72
export const NODE_SEEN = 76
export const SLOT_FIRST = 80
export const SLOT_LAST = 84
export const SLOT_LINE = 88
export const SLOT_FIELD = 92
export const VALUES = 96
export const VALUES_MASK = 100
export const CLASSES = 104
export const CLASSES_MASK = 108
export const STACK = 112
export const SPANS = 116
export const PRESENT = 120
export const FOUND = 124
export const RULE_LINE = 128
export const PAIRS = 132
/** How many nodes there are. */
export const NODES = 136
/** The names met last (see `KNOWN_SIZE`). */
export const KNOWN = 140
/** First free byte. The last 256 below it the compiled scan keeps for itself. */
export const CONTROL_END = 512

// Limits of a line; beyond them it is doubtful.
export const MOST_SPANS = 2048
export const MOST_DEPTH = 256
export const MOST_PAIRS = 24
/** Longer values of log-source fields have no class. */
export const LONGEST_VALUE = 128

// A span: where a value stands, what it is, the next one of its slot, and what to probe in its place.
export const SPAN_SIZE = 24
export const SPAN_FROM = 0
export const SPAN_TO = 4
export const SPAN_KIND = 8
export const SPAN_NEXT = 12
export const SPAN_TEXT_FROM = 16
export const SPAN_TEXT_TO = 20

// Kinds of spans, and flags beside them.
/** A number, `true` or `false`. */
export const BARE = 0
export const STRING = 1
export const NULL = 2
/** A list without values. */
export const EMPTY = 3
export const KIND = 3
/** In a list. */
export const LISTED = 4
export const ESCAPED = 8
/** Holds bytes beyond ASCII. */
export const HIGH = 16
/** Holds ASCII that is not written as usual (`\u0041`, `\/`, `1e3`), or a letter whose fold is ASCII. */
export const ODD_ASCII = 32
/** Holds other characters that may be written or folded in another way. */
export const ODD_OTHER = 64
/** Of a line: a number in it is not printed as it is written. */
export const ODD_NUMBER = 128
/** Another text is to be probed in its place. */
export const TO_REWRITE = 256

// An entry of the keys: node, hash, parent, where its bytes are and how many.
export const KEY_SIZE = 20
/** The entry of a name met last; the first stands for the beginning of a line. Only the compiled scan keeps them. */
export const KNOWN_SIZE = 64
/** Longer ones, with their quote, are not kept. */
export const LONGEST_KNOWN = 48
export const MOST_KNOWN = 1024
/** In `NODE_INFO`: slot + 1 below it; whether names go on below the node. */
export const HAS_CHILDREN = 0x40000000
export const ROOT = 1

// An entry of the values: hash, field, string or bare, where its bytes are and how many, class.
export const VALUE_SIZE = 24
// An entry of the classes: hash, number of pairs, where they are, plan.
export const CLASS_SIZE = 16

// A plan: which oddities matter to some field and to keywords, keywords, rules without probes, whether all its lines are
// told of, then a word for each slot: its fields.
export const PLAN_ODD = 0
export const PLAN_ODD_KEYWORDS = 4
export const PLAN_KEYWORDS = 8
export const PLAN_ALWAYS = 12
export const PLAN_TOLD = 16
export const PLAN_SLOTS = 20

// What is sought in a field: rules of its presence, or that its tables are not made yet; tables of whole texts, beginnings, ends; tables of texts inside, long
// and short; for values that go beyond ASCII only, rules of their presence and tables of texts inside; which oddities matter.
export const FIELD_PRESENT = 0
export const UNMADE = 1
export const FIELD_TERMS = 4
export const FIELD_PREFIXES = 8
export const FIELD_SUFFIXES = 12
export const FIELD_INSIDE = 16
export const FIELD_SHORT = 20
export const FIELD_BEYOND = 24
export const FIELD_INSIDE_BEYOND = 28
export const FIELD_ODD = 32
export const FIELD_SIZE = 36

// A table of texts: mask, how many lengths of keys, where they are, where pairs of hash and entry are.
export const TEXTS_MASK = 0
export const TEXTS_LENGTHS = 4
export const TEXTS_LENGTHS_AT = 8
export const TEXTS_AT = 12
/** Ends are looked up by so many of their last bytes. */
export const SUFFIX_KEY = 8

// A table of texts inside: stride, where its filter is (a byte per hash), mask of the hash, mask, where pairs of piece and entry are.
// Pieces are of four bytes, in tables of short texts of two.
export const INSIDE_STRIDE = 0
export const INSIDE_FILTER = 4
export const INSIDE_FILTER_MASK = 8
export const INSIDE_MASK = 12
export const INSIDE_AT = 16

// An entry: the next of its chain, where its bytes are (with FOLD) and how many, its rules, where in it the piece stands.
export const ENTRY_NEXT = 0
export const ENTRY_TEXT = 4
export const ENTRY_LENGTH = 8
export const ENTRY_RULES = 12
export const ENTRY_OFFSET = 16
export const ENTRY_SIZE = 20

/** Case is folded by setting this bit of every byte: a few other characters fall together, which verifying sorts out. */
export const FOLD = 0x20202020
/** Spreads the bits of a piece; above these many it is hashed. */
export const SPREAD = -0x61c88647
export const SPREAD_BITS = 15
/** Below so many bits of it that filters take. */
export const MOST_FILTER_BITS = 15
