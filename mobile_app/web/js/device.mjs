// Readies Pyodide for the device: its files, in OPFS, and the module `tournee_js`.
import { bridge } from "./bridge.mjs";
import { fileSystem } from "./opfs.mjs";
import { Slots } from "./slots.mjs";

export const AT = "/device";
const FOLDER = "tournee";

// Throws an Error whose message is one of: "insecure" (the page did not come over TLS, nor from this machine), "opfs_unavailable" (a browser
// without a file system, or a private window), "in_use" (another tab is the device), "quota" (there is no room at all).
export async function prepare(pyodide) {
  const slots = await Slots.open(await folder());
  if (slots.full && slots.named.size === 0) throw new Error("quota");
  const { FS } = pyodide;
  const type = fileSystem(FS, slots);
  FS.mkdirTree(AT);
  type.fill(FS.mount(type, {}, AT));
  pyodide.registerJsModule("tournee_js", bridge);
}

async function folder() {
  if (!globalThis.isSecureContext) throw new Error("insecure");
  if (!navigator.storage?.getDirectory || !globalThis.FileSystemSyncAccessHandle) throw new Error("opfs_unavailable");
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch (error) {
    throw new Error(error.name === "QuotaExceededError" ? "quota" : "opfs_unavailable", { cause: error });
  }
}
