// Runs Python inside Pyodide under Node. What to mount, which module to run and with which arguments comes as JSON on the command line.
// A module may leave a coroutine function `within`, which then runs in the page's own loop.
import { pathToFileURL } from "node:url";
import { disks } from "./disk.mjs";

const asked = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${asked.client}/pyodide/pyodide.mjs`));
const { bridge } = await import(pathToFileURL(`${asked.js}/bridge.mjs`));

const pyodide = await loadPyodide({ indexURL: `${asked.client}/pyodide/`, args: asked.args, env: asked.env });
for (const [there, here] of Object.entries(asked.mounts)) {
  pyodide.FS.mkdirTree(here);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: there }, here);
}
pyodide.registerJsModule("tournee_js", bridge);
pyodide.registerJsModule("tournee_disk", await disks(pyodide, pathToFileURL(asked.js).href));
pyodide.FS.chdir("/work");
pyodide.globals.set("MODULE", asked.module);
process.exitCode = pyodide.runPython(`
import runpy, sys
sys.path[:0] = ["/work", "/site", "/testing"]
sys.pycache_prefix = "/cache"
status, within = 0, None
try:
    within = runpy.run_module(MODULE, run_name="__main__").get("within")
except SystemExit as end:
    status = int(end.code or 0)
status
`);
if (pyodide.globals.get("within")) await pyodide.runPythonAsync("await within()");
process.exit(); // channels to a page would keep it
