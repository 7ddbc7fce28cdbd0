// The device of the build that is served beside this, with `device.py` in the place of the app.
import { prepare } from "../device/device.mjs";
import { unpack } from "../page/unpack.mjs";
import { loadPyodide } from "../pyodide/pyodide.mjs";

const say = (what, told) => fetch(`said/${what}`, { method: "POST", body: told });

try {
  const pyodide = await loadPyodide({ indexURL: new URL("../pyodide/", import.meta.url).href, env: { PYDANTIC_DISABLE_PLUGINS: "__all__" } });
  await prepare(pyodide);
  for (const name of ["packages", "app"]) unpack(pyodide.FS, await (await fetch(`../python/${name}.zip`)).arrayBuffer(), "/app");
  pyodide.registerJsModule("test", { say });
  pyodide.runPython(await (await fetch("device.py")).text());
  await pyodide.runPythonAsync("await main()");
} catch (error) {
  say("failed", error.message);
}
