// Makes the memory of a Python that has imported the app: `node memory.mjs PYODIDE_FOLDER MEMORY NAMES MODULES ARCHIVE...`.
// MEMORY is written; so are, as JSON, the NAMES of the archives' files that the memory makes superfluous. The same input gives the same bytes.
import nodeCrypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FOLDER, withLibraries } from "./page/libraries.mjs";
import { unpack } from "./page/unpack.mjs";

const [folder, memory, names, modules, ...given] = process.argv.slice(2);
const archives = given.map((path) => new Uint8Array(readFileSync(path)).buffer);
const load = (name) => import(pathToFileURL(join(folder, name)).href);

process.on("uncaughtException", (error) => {
  console.error(error.message);
  process.exit(1);
});

// Neither the hour, the place nor chance is kept in it.
process.env.TZ = "UTC";
const EPOCH_MS = Date.UTC(2026, 0, 1);
Date.now = () => EPOCH_MS;
performance.now = () => 0;
Math.random = () => 0.5;
crypto.getRandomValues = nodeCrypto.randomFillSync = (array) => array.fill(1);

const { loadPyodide } = await load("pyodide.mjs");
const { default: create } = await load("pyodide.asm.mjs");
const pyodide = await loadPyodide({
  indexURL: folder + "/",
  _makeSnapshot: true,
  createPyodideModule: (settings) => withLibraries(create, { ...settings, thisProgram: "tournee" }, archives),
  env: { HOME: "/home/pyodide", PYDANTIC_DISABLE_PLUGINS: "__all__" },
});
for (const archive of archives) unpack(pyodide.FS, archive, FOLDER);
pyodide.globals.set("FOLDER", FOLDER);
pyodide.globals.set("MODULES", modules);
const found = pyodide.runPython(`
import gc, importlib, json, sys
sys.path.insert(0, FOLDER)
for name in MODULES.split(","):
    importlib.import_module(name)
places = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
known = [place.removeprefix(FOLDER + "/") for place in places if place.startswith(FOLDER) and not place.endswith(".so")]
del name, places, FOLDER, MODULES
gc.collect()
gc.freeze()
json.dumps(sorted(known))
`);
writeFileSync(names, found);
cleared(pyodide._module);
writeFileSync(memory, pyodide.makeMemorySnapshot());

// Fills with zeros what is free, without asking for more: what it held last would be kept and fetched.
function cleared(module) {
  WebAssembly.Memory.prototype.grow = () => {
    throw new RangeError("no more");
  };
  const taken = [];
  for (let size = 2 ** 24; size >= 64; size /= 2) {
    for (let place; (place = module._calloc(1, size)); ) taken.push(place);
  }
  for (const place of taken) module._free(place);
}
