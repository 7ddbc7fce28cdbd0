// The device: Pyodide, its file system on OPFS, and the app. It begins as soon as the page does and waits for the client to connect.
import { prepare } from "../device/device.mjs";
import { unpack } from "./unpack.mjs";

const BASE = new URL("../", import.meta.url);
const get = async (path) => {
  const answer = await fetch(new URL(path, BASE));
  if (!answer.ok) throw new Error("no_signal");
  return answer.arrayBuffer();
};
const flet = { args: null, documentUrl: "", receive_callback: send };

function send(message) {
  const bytes = message.toJs();
  self.postMessage(bytes, [bytes.buffer]);
}

async function begin(documentUrl) {
  flet.documentUrl = documentUrl;
  const archives = [get("python/packages.zip"), get("python/app.zip")];
  archives.forEach((each) => each.catch(() => {}));
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", BASE));
  const pyodide = await loadPyodide({
    indexURL: new URL("pyodide/", BASE).href,
    packageBaseUrl: new URL("pyodide/", BASE).href,
    env: { PYDANTIC_DISABLE_PLUGINS: "__all__", HOME: "/home/pyodide" },
    stdout: (line) => console.log(line),
    stderr: (line) => console.warn(line),
  });
  pyodide.registerJsModule("flet_js", flet);
  await prepare(pyodide);
  for (const archive of archives) unpack(pyodide.FS, await archive, "/app");
  await pyodide.runPythonAsync(`
import runpy, sys
sys.path.insert(0, "/app")
runpy.run_module("mobile_app.web.main", run_name="__main__")
`);
  self.postMessage({ kind: "ready" });
}

self.onmessage = async ({ data }) => {
  try {
    if (data instanceof Uint8Array) flet.send(data);
    else if (data.kind === "begin") await begin(data.documentUrl);
    else if (data.kind === "connect") {
      await flet.start_connection(send);
      self.postMessage({ kind: "connected" });
    }
  } catch (error) {
    self.postMessage({ kind: "failed", code: error.message, detail: String(error.stack ?? error) });
  }
};
