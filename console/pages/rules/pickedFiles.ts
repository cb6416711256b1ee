import type { PackedFile } from './tarGz.ts'

/** Files of an input; those of a folder by their path below it. */
export function filesOf(list: FileList | null): readonly PackedFile[] {
  return [...(list ?? [])].map((file) => ({
    name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }))
}

/** Files that were dropped, those of folders among them too. */
export async function filesDropped(items: DataTransferItemList): Promise<readonly PackedFile[]> {
  // Entries are only to be had while the drop is handled: all are taken before the first is awaited.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  return (await Promise.all(entries.map(filesBelow))).flat()
}

async function filesBelow(entry: FileSystemEntry): Promise<readonly PackedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed))
    return [{ name: entry.fullPath.replace(/^\//, ''), file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const out: PackedFile[] = []
  for (;;) {
    // A reader hands over a folder's entries a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed))
    if (some.length === 0) return out
    for (const below of await Promise.all(some.map(filesBelow))) out.push(...below)
  }
}
