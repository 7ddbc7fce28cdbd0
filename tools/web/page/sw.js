// The service worker: keeps one release whole and serves it with or without a network; changes to another only when told to.
//
// Contents are kept by their hash, so that a new release fetches only what changed and an interrupted download goes on.
// The page says how a start ended. A release that never started well gives way to the last one that did.
const RELEASE = /*RELEASE*/ null;
const CONTENTS = "tournee-contents";
const STATE = "tournee-state";
const AT_ONCE = 6;

const scope = () => new URL(self.registration.scope).pathname;
const address = (hash, path) => `${scope()}h/${hash}/${path.split("/").pop()}`;
const engine = typeof Intl.v8BreakIterator === "undefined" ? "canvaskit/chromium/" : "canvaskit/canvaskit";
const keeps = (release, path) => !release.later.includes(path) && !path.startsWith(engine);

// -- what is remembered: {good: the release that started well last, bad: [versions that did not]} --

let remembered = null;

async function state() {
  if (!remembered) {
    const kept = await (await caches.open(STATE)).match(`${scope()}state`);
    remembered = kept ? await kept.json() : { good: null, bad: [] };
  }
  return remembered;
}

async function remember(change) {
  remembered = { ...(await state()), ...change };
  await (await caches.open(STATE)).put(`${scope()}state`, new Response(JSON.stringify(remembered)));
}

async function serving() {
  const { good, bad } = await state();
  return good && bad.includes(RELEASE.version) ? good : RELEASE;
}

// -- keeping --

async function tell(message) {
  for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) client.postMessage(message);
}

async function keep(contents, path, [hash, , type]) {
  const url = address(hash, path);
  if (await contents.match(url)) return;
  const answer = await fetch(url, { cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw new Error(`${path} ${answer.status}`);
  const body = await answer.arrayBuffer();
  if ((await digest(body)) !== hash) throw new Error(`${path} is not what it should be`);
  const headers = { "Content-Type": type, "X-Content-Type-Options": "nosniff" };
  const policy = answer.headers.get("Content-Security-Policy");
  if (policy) headers["Content-Security-Policy"] = policy;
  await contents.put(url, new Response(body, { headers }));
}

async function digest(body) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(bytes.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function keepAll(release) {
  const contents = await caches.open(CONTENTS);
  const wanted = Object.entries(release.files).filter(([path]) => keeps(release, path));
  const total = wanted.reduce((sum, [, [, size]]) => sum + size, 0);
  const left = wanted.sort((one, other) => other[1][1] - one[1][1]);
  let done = 0;
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      await keep(contents, ...next);
      done += next[1][1];
      await tell({ kind: "progress", version: release.version, share: done / total });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function install() {
  try {
    await keepAll(RELEASE);
  } catch (error) {
    await tell({ kind: "stopped", quota: error.name === "QuotaExceededError", detail: String(error) });
    throw error;
  }
}

// Drops every content that neither this release nor the last good one names.
async function tidy() {
  const { good } = await state();
  const named = new Set([RELEASE, ...(good ? [good] : [])].flatMap(({ files }) => Object.entries(files).map(([path, [hash]]) => address(hash, path))));
  const contents = await caches.open(CONTENTS);
  for (const request of await contents.keys()) if (!named.has(new URL(request.url).pathname)) await contents.delete(request);
  for (const name of await caches.keys()) if (name !== CONTENTS && name !== STATE) await caches.delete(name);
}

// -- answering --

async function answer(request) {
  const release = await serving();
  const path = request.mode === "navigate" ? "index.html" : new URL(request.url).pathname.slice(scope().length);
  const entry = release.files[path];
  if (!entry) return fetch(request);
  const contents = await caches.open(CONTENTS);
  const url = address(entry[0], path);
  const kept = await contents.match(url);
  if (kept) return kept;
  if (release.later.includes(path)) return fetch(url);
  await keep(contents, path, entry); // the browser has dropped it
  return contents.match(url);
}

self.addEventListener("install", (event) => event.waitUntil(install()));

self.addEventListener("activate", (event) => {
  remembered = null; // while this one waited, the other has written
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) event.respondWith(new Response("", { status: 403 }));
  else if (event.request.method === "GET" && url.pathname.startsWith(scope()) && url.pathname !== `${scope()}sw.js`) event.respondWith(answer(event.request));
});

// -- what the page asks --

const asked = {
  about: async () => ({ version: RELEASE.version, vault: RELEASE.vault, payload: RELEASE.payload, serving: (await serving()).version }),
  activate: async () => self.skipWaiting(),
  claim: async () => self.clients.claim(),
  started: async () => {
    const release = await serving();
    const { good, bad } = await state();
    if (good?.version !== release.version) await remember({ good: release, bad: bad.filter((version) => version !== release.version) });
    await tidy();
  },
  // Whether there is a release to go back to; from now on it is served.
  failed: async () => {
    const { good, bad } = await state();
    const back = good !== null && good.version !== RELEASE.version && !bad.includes(RELEASE.version);
    if (back) await remember({ bad: [...bad, RELEASE.version] });
    return back;
  },
};

self.addEventListener("message", (event) => {
  const told = asked[event.data?.kind];
  if (told) event.waitUntil(told().then((value) => event.ports[0]?.postMessage(value ?? null)));
});
