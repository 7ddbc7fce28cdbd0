// The storage that the browser lends, for `mobile_app/web/storage.py`. Only the page may ask it to keep it (tools/web/page/app.mjs).
const PATIENCE_MS = 60_000;

export const storage = {
  // Bytes used, bytes granted, whether it is kept.
  room: async () => {
    const { usage, quota } = await navigator.storage.estimate();
    return [usage ?? 0, quota ?? 0, await navigator.storage.persisted()];
  },

  // Resolves to whether it is kept from now on; a person whom the browser asks has a minute.
  keep: async () => {
    const channel = new BroadcastChannel("tournee-shell");
    let patience;
    await new Promise((resolve) => {
      patience = setTimeout(resolve, PATIENCE_MS);
      channel.addEventListener("message", ({ data }) => data.kind === "kept" && resolve());
      channel.postMessage({ kind: "keep" });
    });
    clearTimeout(patience);
    channel.close();
    return navigator.storage.persisted();
  },
};
