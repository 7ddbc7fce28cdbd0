// A file system for Emscripten over slots. Folders are what the names of files say; an empty one is gone after a start.
// What is written may be lost until it is flushed; names are durable at once.

const ERRNO = { EBUSY: 10, EINVAL: 28, EIO: 29, EMFILE: 33, ENOENT: 44, ENOSPC: 51, ENOTEMPTY: 55 };
const FOLDER = 0o040700;
const FILE = 0o100600;
const BLOCK = 4096;

export function fileSystem(FS, slots) {
  const fail = (name) => new FS.ErrnoError(ERRNO[name]);

  // Say in SQLite's and Python's terms what the browser refused.
  const guarded = (work) => {
    try {
      return work();
    } catch (error) {
      if (error instanceof FS.ErrnoError) throw error;
      throw fail(error.name === "QuotaExceededError" ? "ENOSPC" : error instanceof RangeError ? "EINVAL" : "EIO");
    }
  };

  const node = (parent, name, mode, slot = null) => {
    const made = FS.createNode(parent, name, mode, 0);
    Object.assign(made, { node_ops, stream_ops, slot, opened: 0, contents: {}, changed: Date.now() });
    if (parent) parent.contents[name] = made;
    return made;
  };

  const path = (parent, name) => (parent.mount.root === parent ? name : `${path(parent.parent, parent.name)}/${name}`);

  const release = (file) => {
    if (file.opened === 0 && file.slot.name === "") guarded(() => slots.giveBack(file.slot));
  };

  const drop = (file) => {
    guarded(() => slots.forget(file.slot));
    release(file);
  };

  const node_ops = {
    getattr(at) {
      const size = at.slot ? at.slot.size : BLOCK;
      const date = new Date(at.changed);
      const times = { atime: date, mtime: date, ctime: date };
      const owner = { nlink: 1, uid: 0, gid: 0, rdev: 0 };
      return { dev: 1, ino: at.id, mode: at.mode, size, blksize: BLOCK, blocks: Math.ceil(size / BLOCK), ...owner, ...times };
    },
    setattr(at, wanted) {
      if (wanted.mode != null) at.mode = wanted.mode;
      if (wanted.size != null) guarded(() => at.slot.cut(wanted.size));
    },
    lookup() {
      throw fail("ENOENT");
    },
    mknod(parent, name, mode) {
      if (FS.isDir(mode)) return node(parent, name, mode);
      if (!FS.isFile(mode)) throw fail("EINVAL");
      const slot = guarded(() => slots.take(path(parent, name)));
      if (slot === null) throw fail(slots.full ? "ENOSPC" : "EMFILE");
      return node(parent, name, mode, slot);
    },
    rename(from, folder, name) {
      if (!from.slot) throw fail("EINVAL");
      const replaced = folder.contents[name];
      guarded(() => slots.rename(from.slot, path(folder, name)));
      if (replaced) {
        FS.hashRemoveNode(replaced);
        drop(replaced);
      }
      delete from.parent.contents[from.name];
      folder.contents[name] = from;
      from.name = name;
    },
    unlink(parent, name) {
      const file = parent.contents[name];
      drop(file);
      delete parent.contents[name];
    },
    rmdir(parent, name) {
      if (Object.keys(parent.contents[name].contents).length) throw fail("ENOTEMPTY");
      delete parent.contents[name];
    },
    readdir: (at) => [".", "..", ...Object.keys(at.contents)],
    symlink() {
      throw fail("EINVAL");
    },
  };

  const stream_ops = {
    open(stream) {
      stream.node.opened++;
    },
    dup(stream) {
      stream.node.opened++;
    },
    close(stream) {
      stream.node.opened--;
      if (stream.node.slot) release(stream.node);
    },
    read: (stream, buffer, offset, length, at) => guarded(() => stream.node.slot.read(buffer.subarray(offset, offset + length), at)),
    write(stream, buffer, offset, length, at) {
      stream.node.changed = Date.now();
      return guarded(() => stream.node.slot.write(buffer.subarray(offset, offset + length), at));
    },
    llseek(stream, offset, whence) {
      const from = [0, stream.position, stream.node.slot?.size ?? 0][whence];
      if (from === undefined || from + offset < 0) throw fail("EINVAL");
      return from + offset;
    },
    fsync(stream) {
      guarded(() => stream.node.slot?.flush()); // the names in a folder are durable already
      return 0;
    },
  };

  return {
    mount() {
      const root = node(null, "/", FOLDER);
      return root;
    },

    // Show the files that the slots hold. After mounting: only then does the root know its mount.
    fill(root) {
      for (const [name, slot] of slots.named) {
        const parts = name.split("/");
        const last = parts.pop();
        const folder = parts.reduce((at, part) => at.contents[part] ?? node(at, part, FOLDER), root);
        node(folder, last, FILE, slot);
      }
    },
  };
}
