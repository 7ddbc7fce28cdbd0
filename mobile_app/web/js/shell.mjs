// What the app says of itself to the page around it (tools/web/page/app.mjs), for `mobile_app/web/shell.py`.
let channel = null;
const say = (message) => (channel ??= new BroadcastChannel("tournee-shell")).postMessage(message);

export const shell = {
  shown: () => say({ kind: "shown" }),
  failed: () => say({ kind: "failed" }),
  busy: (busy) => say({ kind: "busy", busy }),
  // `vault` and `payload` are the versions in which it lies here.
  unsent: (count, vault, payload) => say({ kind: "unsent", count, schema: { vault, payload } }),
};
