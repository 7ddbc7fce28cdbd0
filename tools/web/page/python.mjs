// Python as the build left it, with everything imported: its memory is laid down rather than made.
import { FOLDER, withLibraries } from "./libraries.mjs";
import { unpack } from "./unpack.mjs";

const BASE = new URL("../", import.meta.url);
const get = async (path) => {
  const answer = await fetch(new URL(path, BASE));
  if (!answer.ok) throw new Error("no_signal");
  return answer.arrayBuffer();
};
const asked = (path) => {
  const given = get(path);
  given.catch(() => {});
  return given;
};

// What the build's start knew is not this one's: what is in folders, and what chance comes to.
const AWAKE = `
import importlib, random
importlib.invalidate_caches()
random.seed()
`;

// Resolves to Pyodide, and to what lays the files that are not in its memory; that is called when its file systems are mounted.
export async function python(options = {}) {
  const archives = ["python/packages.zip", "python/app.zip"].map(asked);
  const memory = asked("python/memory.bin");
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", BASE));
  const pyodide = await loadPyodide({
    indexURL: new URL("pyodide/", BASE).href,
    packageBaseUrl: new URL("pyodide/", BASE).href,
    ...options,
    _loadSnapshot: memory,
    createPyodideModule: async (settings) => {
      const { default: create } = await import(new URL("pyodide/pyodide.asm.mjs", BASE));
      return withLibraries(create, settings, await Promise.all(archives), (await memory).byteLength);
    },
  });
  const lay = async () => {
    for (const archive of archives) unpack(pyodide.FS, await archive, FOLDER);
    pyodide.runPython(AWAKE);
  };
  return { pyodide, lay };
}
