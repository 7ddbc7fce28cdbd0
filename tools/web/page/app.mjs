// What the app says of itself over the channel "tournee-shell" (mobile_app/web/js/shell.mjs), and asks of the page: heard from its beginning on.
const known = { busy: false, unsent: null, schema: null };
let rendered = () => {};
let broke = () => {};
let changed = () => {};

const channel = new BroadcastChannel("tournee-shell");
channel.addEventListener("message", async ({ data }) => {
  if (data.kind === "keep") {
    await navigator.storage.persist?.();
    channel.postMessage({ kind: "kept" });
    return;
  }
  if (data.kind === "shown") rendered();
  if (data.kind === "failed") broke(new Error("app"));
  if (data.kind === "busy") known.busy = data.busy;
  if (data.kind === "unsent") Object.assign(known, { unsent: data.count, schema: data.schema });
  changed();
});

// Forgets what another tab's app has said; resolves when this one's first screen is rendered, rejects when it cannot be.
export const begun = () => {
  Object.assign(known, { busy: false, unsent: null, schema: null });
  return new Promise((resolve, reject) => {
    rendered = resolve;
    broke = reject;
  });
};

export const busy = () => known.busy;

// Whether a release could read what is unsent: its versions are no older than those in which that was written, as far as the app has
// said, else than those of the release `now` that is running.
export const readable = (next, now) => {
  const { vault, payload } = known.schema ?? now;
  return known.unsent === 0 || (next.vault >= vault && next.payload >= payload);
};

// Calls `heard` after each message.
export const follow = (heard) => (changed = heard);
