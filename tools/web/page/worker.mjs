// The device: Pyodide, its file system on OPFS, and the app. It begins as soon as the page does and waits for the client to connect.
import { prepare } from "../device/device.mjs";
import { python } from "./python.mjs";

const flet = { args: null, documentUrl: "", receive_callback: send };

function send(message) {
  const bytes = message.toJs();
  self.postMessage(bytes, [bytes.buffer]);
}

async function begin(documentUrl) {
  performance.mark("python-begins");
  flet.documentUrl = documentUrl;
  const { pyodide, lay } = await python({ stdout: (line) => console.log(line), stderr: (line) => console.warn(line) });
  performance.mark("python-loaded");
  pyodide.registerJsModule("flet_js", flet);
  await prepare(pyodide);
  performance.mark("device-mounted");
  await lay();
  performance.mark("python-awake");
  await pyodide.runPythonAsync(`
import runpy
runpy.run_module("mobile_app.web.main", run_name="__main__")
`);
  performance.mark("python-ready");
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
