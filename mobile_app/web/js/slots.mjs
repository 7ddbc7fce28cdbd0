// The files of a device in OPFS: a pool of slots, each an OPFS file that is held open, because a file can be opened only asynchronously
// and SQLite waits for nothing. A slot says at its head which file it is; the head is written twice, in turn, so that one that was
// torn by a power cut leaves the one before. Of two slots that claim one name the later one is it: that makes a rename one write.

const HEADS = 2;
const HEAD_BYTES = 4096;
const DATA_AT = HEADS * HEAD_BYTES;
const MAGIC = 0x544f5552;
const FIXED_BYTES = 20; // magic, check sum, when (8 bytes), length of the name

// Slots that are free are kept ready; fewer than that, and more are made.
export const READY = 24;
const OPEN_TRIES = 30;
const TRY_AGAIN_MS = 100;

export class Slot {
  constructor(handle) {
    this.handle = handle;
    this.turn = 0;
    this.when = 0;
    this.name = "";
    for (let turn = 0; turn < HEADS; turn++) this.#read(turn);
    this.size = Math.max(handle.getSize() - DATA_AT, 0);
  }

  // Say durably which file this is; "" for none.
  call(name, when) {
    const text = new TextEncoder().encode(name);
    const head = new Uint8Array(FIXED_BYTES + text.length);
    if (head.length > HEAD_BYTES) throw new RangeError("name too long");
    const view = new DataView(head.buffer);
    view.setUint32(0, MAGIC);
    view.setBigUint64(8, BigInt(when));
    view.setUint32(16, text.length);
    head.set(text, FIXED_BYTES);
    view.setUint32(4, checkSum(head.subarray(8)));
    const turn = (this.turn + 1) % HEADS;
    this.handle.write(head, { at: turn * HEAD_BYTES });
    this.handle.flush();
    Object.assign(this, { turn, when, name });
  }

  read(bytes, at) {
    return this.handle.read(bytes, { at: DATA_AT + at });
  }

  write(bytes, at) {
    const written = this.handle.write(bytes, { at: DATA_AT + at });
    this.size = Math.max(this.size, at + written);
    return written;
  }

  cut(size) {
    this.handle.truncate(DATA_AT + size);
    this.size = size;
  }

  flush() {
    this.handle.flush();
  }

  #read(turn) {
    const head = new Uint8Array(HEAD_BYTES);
    if (this.handle.read(head, { at: turn * HEAD_BYTES }) < FIXED_BYTES) return;
    const view = new DataView(head.buffer);
    const end = FIXED_BYTES + view.getUint32(16);
    if (view.getUint32(0) !== MAGIC || end > HEAD_BYTES || view.getUint32(4) !== checkSum(head.subarray(8, end))) return;
    const when = Number(view.getBigUint64(8));
    if (when <= this.when) return;
    Object.assign(this, { turn, when, name: new TextDecoder().decode(head.subarray(FIXED_BYTES, end)) });
  }
}

export class Slots {
  #folder;
  #free = [];
  #when = 0;
  #made = 0;
  #growing = null;
  #full = false;

  // Open all slots of an OPFS folder. Throws "in_use" where another tab holds them.
  static async open(folder) {
    const slots = new Slots();
    slots.#folder = folder;
    const names = [];
    for await (const [name, handle] of folder.entries()) if (handle.kind === "file") names.push(name);
    slots.#made = Math.max(0, ...names.map((name) => Number.parseInt(name, 10) || 0));
    const opened = await Promise.all(names.map((name) => slots.#open(name)));
    slots.named = slots.#settle(opened);
    await slots.grow();
    return slots;
  }

  // A slot for a new file, called `name` from now on; null where none is ready.
  take(name) {
    const slot = this.#free.pop();
    if (this.#free.length < READY / 2) this.grow();
    if (slot === undefined) return null;
    this.rename(slot, name);
    return slot;
  }

  rename(slot, name) {
    slot.call(name, ++this.#when);
  }

  // The file is no more: first its name, then its bytes.
  forget(slot) {
    if (slot.name !== "") this.rename(slot, "");
  }

  giveBack(slot) {
    slot.cut(0);
    this.#free.push(slot);
  }

  // Whether the browser gave no room for more slots.
  get full() {
    return this.#full;
  }

  // Make free slots until enough are ready. Never fails: what cannot be had now is asked for again when one is taken.
  grow() {
    this.#growing ??= this.#grow().finally(() => {
      this.#growing = null;
    });
    return this.#growing;
  }

  async #grow() {
    try {
      while (this.#free.length < READY) this.#free.push(new Slot(await this.#handle(`${++this.#made}`)));
      this.#full = false;
    } catch (error) {
      this.#full = error.name === "QuotaExceededError";
    }
  }

  async #open(name) {
    return new Slot(await this.#handle(name));
  }

  async #handle(name) {
    const file = await this.#folder.getFileHandle(name, { create: true });
    for (let tries = 1; ; tries++) {
      try {
        return await file.createSyncAccessHandle();
      } catch (error) {
        if (error.name !== "NoModificationAllowedError") throw error;
        if (tries === OPEN_TRIES) throw new Error("in_use", { cause: error });
        await new Promise((done) => setTimeout(done, TRY_AGAIN_MS)); // one that was killed lets go a little later
      }
    }
  }

  #settle(opened) {
    const named = new Map();
    for (const slot of opened.sort((one, other) => one.when - other.when)) {
      this.#when = Math.max(this.#when, slot.when);
      const older = named.get(slot.name);
      if (slot.name !== "") named.set(slot.name, slot);
      else this.#free.push(slot);
      if (older !== undefined) {
        this.forget(older);
        this.giveBack(older);
      }
    }
    return named;
  }
}

function checkSum(bytes) {
  let sum = 0x811c9dc5; // FNV-1a
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}
