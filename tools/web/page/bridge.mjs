// Between Flutter's client on the page and Python in its worker: what the client calls jsConnect, jsSend and jsDisconnect.
// Unlike Flet's own python.js the worker begins before the client does, so that both load at the same time.

export function startPython() {
  const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module", name: "python" });
  let listener = null;
  let settle;
  let connected;
  const python = {
    ready: new Promise((resolve, reject) => (settle = { resolve, reject })),
    onfail: null,
    stop() {
      worker.terminate();
    },
  };
  python.ready.catch(() => {});

  worker.onmessage = ({ data }) => {
    if (data instanceof Uint8Array) {
      listener?.(data);
    } else if (data.kind === "ready") {
      settle.resolve();
    } else if (data.kind === "connected") {
      connected?.();
    } else if (data.kind === "failed") {
      settle.reject(new Error(data.code));
      python.onfail?.(data.code, data.detail);
    }
  };
  worker.onerror = (event) => {
    settle.reject(new Error("worker"));
    python.onfail?.("worker", event.message);
  };
  worker.postMessage({ kind: "begin", documentUrl: document.URL });

  globalThis.jsConnect = async (_app, _arguments, onMessage) => {
    await python.ready;
    listener = onMessage;
    const answered = new Promise((resolve) => (connected = resolve));
    worker.postMessage({ kind: "connect" });
    await answered;
  };
  globalThis.jsSend = async (_app, data) => worker.postMessage(data, [data.buffer]);
  globalThis.jsDisconnect = async () => python.stop();
  return python;
}
