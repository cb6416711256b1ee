/**
 * How many datagrams the kernel dropped because the socket's buffer was full, from the text of `/proc/net/udp` or
 * `/proc/net/udp6`: the sum over sockets bound to that port.
 */
export function kernelDrops(table: string, port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  let drops = 0
  for (const row of table.split('\n').slice(1)) {
    const columns = row.trim().split(/\s+/)
    if (columns[1]?.endsWith(wanted)) drops += Number(columns.at(-1))
  }
  return drops
}
