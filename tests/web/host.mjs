// Runs Python inside Pyodide under Node. What to mount, which module to run and with which arguments comes as JSON on the command line.
import { pathToFileURL } from "node:url";

const asked = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${asked.client}/pyodide/pyodide.mjs`));
const { bridge } = await import(pathToFileURL(`${asked.js}/bridge.mjs`));

const pyodide = await loadPyodide({ indexURL: `${asked.client}/pyodide/`, args: asked.args, env: asked.env });
for (const [there, here] of Object.entries(asked.mounts)) {
  pyodide.FS.mkdirTree(here);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: there }, here);
}
pyodide.registerJsModule("tournee_js", bridge);
pyodide.FS.chdir("/work");
pyodide.globals.set("MODULE", asked.module);
process.exitCode = pyodide.runPython(`
import runpy, sys
sys.path[:0] = ["/work", "/site", "/testing"]
sys.pycache_prefix = "/cache"
status = 0
try:
    runpy.run_module(MODULE, run_name="__main__")
except SystemExit as end:
    status = int(end.code or 0)
status
`);
