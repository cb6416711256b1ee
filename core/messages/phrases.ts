/**
 * Phrases that stand in the details of errors about rules and their import, in English and Chinese. A `*` stands for what
 * was filled in, in the same order in both.
 */
const PHRASES: readonly (readonly [en: string, zh: string])[] = [
  // What a rule should say.
  ['text', '文本'],
  ['a list', '列表'],
  ['a map', '键值对'],
  ['true or false', 'true 或 false'],
  ['one of *', '以下之一：*'],
  ['a list of fields', '字段的列表'],
  ['a list of ids or names of rules', '规则编号或名称的列表'],
  ['a list of ids or names of rules, or any', '规则编号或名称的列表，或 any'],
  ['a list of *', '列表，各项为 *'],
  ['a list that is not empty', '非空列表'],
  ['a map that is not empty', '非空键值对'],
  ['a map, a list or a keyword', '键值对、列表或关键词'],
  ['a map with product, category or service', '含 product、category 或 service 的键值对'],
  ['a map, as gte: 10', '键值对，例如 gte: 10'],
  ['a map (gte: 2) or text (rule_a and not rule_b)', '键值对（gte: 2）或文本（rule_a and not rule_b）'],
  ['a map from alias to rule to field', '从别名到规则、再到字段的键值对'],
  ['a map from rule to field', '从规则到字段的键值对'],
  ['a list that names each rule once ("*" was named before)', '每条规则只出现一次的列表（“*” 已经出现过）'],
  ['at most * rules', '至多 * 条规则'],
  ['the name of a field', '字段名'],
  ['a field or a list of fields', '字段或字段列表'],
  ['one field; only value_count counts several', '一个字段（只有 value_count 可数多个）'],
  ['a number without quotes', '不加引号的数字'],
  ['a number from 0 to 100', '0 至 100 的数字'],
  [
    'a number and a unit (s, m, h, d, w, M or y), at most 100 years: 15m',
    '数字加单位（s、m、h、d、w、M 或 y），至多 100 年，例如 15m',
  ],
  ['a whole number from * to *', '* 至 * 的整数'],
  ['text; put quotes around it', '文本，请加引号'],
  ['text without wildcards', '不含通配符的文本'],
  ['text that is not empty', '非空文本'],
  ['match', '命中'],
  ['stay silent', '不命中'],
  // What stands there instead.
  ['end', '结尾'],
  ['this reads as a date; put quotes around it', '此处会读作日期，请加引号'],
  ['here stands a list in a list', '此处是列表中的列表'],
  ['here stands nothing', '此处为空'],
  ['here stands a map', '此处是键值对'],
  ['a keyword cannot be null', '关键词不能为 null'],
  ['* is no decimal number; put quotes around it', '* 不是十进制数，请加引号'],
  ['this number is too large to be exact; put quotes around it', '数字过大，无法精确表示，请加引号'],
  ['"*" stands twice', '“*” 出现了两次'],
  ['"*" must come before "*"', '“*” 应写在 “*” 之前'],
  ['"*" must come first', '“*” 应写在最前'],
  ['"*" stands alone', '“*” 只能单独使用'],
  ['"*" and "*"', '“*” 与 “*”'],
  ['"* of" (only 1, any and all)', '“* of”（只能写 1、any 和 all）'],
  ['"*" before "of"', '“of” 之前的 “*”'],
  ['* (look-around, back-references and possessive groups are not allowed)', '*（不支持环视、反向引用和占有量词）'],
  ['; did you mean "*"?', '，是否指 “*”？'],
  // How much is too much.
  ['* characters', '* 个字符'],
  ['* values, its aliases written out', '* 个值（别名展开之后）'],
  ['* values, counted as often as the condition asks them', '* 个值（按条件引用的次数计）'],
  ['* dashes or slashes', '* 个连字符或斜杠'],
  ['* texts', '* 个文本'],
  // YAML.
  ['duplicated mapping key', '同一个键写了两次'],
  ['deficient indentation', '缩进不足'],
  ['bad indentation of a mapping entry', '键值对的缩进不对'],
  ['bad indentation of a sequence entry', '列表项的缩进不对'],
  ['tab characters must not be used in indentation', '缩进不能用制表符'],
  [
    'can not read a block mapping entry; a multiline key may not be an implicit key',
    '读不出键值对，可能缺少冒号，或键跨了行',
  ],
  ['end of the stream or a document separator is expected', '此处应为文件结尾或文档分隔线（---）'],
  ['missed comma between flow collection entries', '各项之间缺少逗号'],
  ['unexpected end of the stream within a flow collection', '括号没有配对'],
  ['unexpected end of the stream within a * quoted scalar', '引号没有配对'],
  ['unexpected end of the document within a * quoted scalar', '引号没有配对'],
  ['unknown escape sequence', '未知的转义写法'],
  ['the stream contains non-printable characters', '含有不可显示的字符'],
  // Files and archives.
  ['the zip is damaged', 'zip 已损坏'],
  ['the tar is damaged or cut off', 'tar 已损坏或不完整'],
  ['the gzip stream is damaged', 'gzip 已损坏'],
  ['* is damaged', '* 已损坏'],
  ['* is encrypted', '* 已加密'],
  ['* is not UTF-8', '* 不是 UTF-8 编码，请转换之后再导入'],
  ['* is packed by method *; use the usual one (deflate)', '* 的压缩方法 * 不受支持，请用常用的 deflate'],
  ['unpacking it takes longer than * s', '解压超过 * 秒'],
  ['unpacking it takes too much memory, or it is damaged', '解压占用内存过多，或已损坏'],
  ['unpacking it ended without an answer', '解压没有结果'],
  ['more than * MiB', '超过 * MiB'],
  ['more than * MiB unpacked', '解压后超过 * MiB'],
  ['* is larger than * MiB', '* 超过 * MiB'],
  ['more than * entries', '超过 * 项'],
  ['more than * rule files', '规则文件超过 * 个'],
  ['at most * files; send an archive', '至多 * 个文件，更多请用压缩包'],
  ['at most * imported files in all', '导入的文件总共至多 * 个'],
  ['at most * million characters in all', '总共至多 * 百万个字符'],
  ['it stands there twice', '它出现了两次'],
  ['it is absolute', '它是绝对路径'],
  ['".." leads out of what is imported', '“..” 会指到导入内容之外'],
  ['a part of it is empty', '其中一级为空'],
  ['it holds control characters', '它含有控制字符'],
  ['it is longer than * characters', '它超过 * 个字符'],
  ['it must end in .yml or .yaml', '它应以 .yml 或 .yaml 结尾'],
]

const COMPILED = PHRASES.map(([en, zh]) => ({
  pattern: new RegExp(`^${en.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '(.+?)')}$`, 's'),
  zh: zh.split('*'),
}))

/** Phrases are short; what is longer holds somebody's text. */
const LONGEST = 400

/** A detail of an error in Chinese, where it is a phrase that is known; as it is where it is none. */
export function phraseZh(text: string): string {
  if (text.length > LONGEST) return text
  for (const { pattern, zh } of COMPILED) {
    const filled = pattern.exec(text)
    if (filled !== null) return zh.map((part, i) => (i === 0 ? part : `${filled[i]}${part}`)).join('')
  }
  return text
}
