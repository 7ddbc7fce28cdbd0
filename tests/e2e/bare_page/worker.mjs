// The device of the build that is served beside this, with `device.py` in the place of the app.
import { prepare } from "../device/device.mjs";
import { python } from "../page/python.mjs";

const say = (what, told) => fetch(`said/${what}`, { method: "POST", body: told });

try {
  const { pyodide, lay } = await python();
  await prepare(pyodide);
  await lay();
  pyodide.registerJsModule("test", { say });
  pyodide.runPython(await (await fetch("device.py")).text());
  await pyodide.runPythonAsync("await main()");
} catch (error) {
  say("failed", error.message);
}
