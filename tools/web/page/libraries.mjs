// Where the packages' own machine code lies. A memory that one start made fits another only where both lay it alike, before Python begins:
// the build makes the memory with this file, the browser starts from it with this file.
import { files } from "./unpack.mjs";

export const FOLDER = "/app";

// Gives the module that `create` makes of Pyodide's settings the libraries of the archives, and room for `room` bytes.
export async function withLibraries(create, settings, archives, room = 0) {
  const found = archives.flatMap((archive) => [...files(archive)]).filter(([name]) => name.endsWith(".so"));
  const libraries = await Promise.all(found.map(async ([name, bytes]) => [`${FOLDER}/${name}`, await WebAssembly.compile(bytes)]));
  const lay = () => {
    if (room > settings.HEAP8.length) settings.growMemory(room);
    for (const [path, library] of libraries) {
      const exported = settings.loadWebAssemblyModule(library, { loadAsync: false, nodelete: true, global: false }, path, {});
      settings.newDSO(path, undefined, exported).global = false;
    }
  };
  settings.preRun = [...settings.preRun, lay];
  return create(settings);
}
