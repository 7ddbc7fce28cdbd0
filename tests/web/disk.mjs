// A folder of OPFS for Node, on a disk that has power cuts: of what was written and not flushed since, any part may be lost.

class Missing extends Error {}

function failed(name) {
  return Object.assign(new Error(name), { name });
}

class Handle {
  constructor(disk, file) {
    Object.assign(this, { disk, file });
  }
  getSize() {
    return this.file.now.length;
  }
  read(bytes, { at }) {
    const found = this.file.now.subarray(at, at + bytes.length);
    bytes.set(found);
    return found.length;
  }
  write(bytes, { at }) {
    if (at + bytes.length > this.file.now.length) this.#grow(at + bytes.length);
    this.file.now.set(bytes, at);
    if (this.disk.cuts) this.file.unsafe.push({ at, bytes: new Uint8Array(bytes) });
    return bytes.length;
  }
  truncate(size) {
    this.#grow(size);
    if (this.disk.cuts) this.file.unsafe.push({ size });
  }
  flush() {
    this.disk.flushes++;
    if (!this.disk.cuts) return;
    this.file.safe = this.file.now.slice();
    this.file.unsafe = [];
  }
  #grow(size) {
    const more = size - this.file.now.length;
    if (more > 0 && this.disk.used() + more > this.disk.room) throw failed("QuotaExceededError");
    this.file.now = resized(this.file.now, size);
  }
}

function resized(bytes, size) {
  const made = new Uint8Array(size);
  made.set(bytes.subarray(0, size));
  return made;
}

export class Disk {
  // Without `cuts` it has no power cuts, and a flush costs nothing.
  constructor(cuts = true) {
    this.cuts = cuts;
    this.files = new Map();
    this.flushes = 0;
    this.room = Number.POSITIVE_INFINITY;
  }

  used() {
    return [...this.files.values()].reduce((sum, file) => sum + file.now.length, 0);
  }

  async *entries() {
    for (const name of this.files.keys()) yield [name, { kind: "file" }];
  }

  async getFileHandle(name, { create }) {
    if (!this.files.has(name) && !create) throw new Missing(name);
    if (!this.files.has(name)) this.files.set(name, { now: new Uint8Array(0), safe: new Uint8Array(0), unsafe: [] });
    return { createSyncAccessHandle: async () => new Handle(this, this.files.get(name)) };
  }

  // What a power cut now would leave; `chance` decides about each write that was not flushed: lost, kept, or torn in the middle.
  afterCut(chance) {
    const left = new Disk();
    for (const [name, file] of this.files) {
      let now = file.safe.slice();
      for (const { at, bytes, size } of file.unsafe) {
        const luck = chance();
        if (luck < 0.4) continue;
        if (size !== undefined) now = resized(now, size);
        else {
          const kept = bytes.subarray(0, luck < 0.6 ? Math.floor(bytes.length * chance()) : bytes.length);
          now = resized(now, Math.max(now.length, at + kept.length));
          now.set(kept, at);
        }
      }
      left.files.set(name, { now, safe: now.slice(), unsafe: [] });
    }
    return left;
  }
}

// What the tests inside Pyodide reach: a fresh disk's files at a path, and what a cut would leave at another.
export async function disks(pyodide, js) {
  const { Slots } = await import(`${js}/slots.mjs`);
  const { fileSystem } = await import(`${js}/opfs.mjs`);
  const mount = async (disk, path) => {
    const type = fileSystem(pyodide.FS, await Slots.open(disk));
    pyodide.FS.mkdirTree(path);
    type.fill(pyodide.FS.mount(type, {}, path));
  };
  return { make: (cuts = true) => new Disk(cuts), mount };
}
