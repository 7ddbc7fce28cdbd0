// What happens between opening the address and the app's first screen.
import { begun } from "./app.mjs";
import { startPython } from "./bridge.mjs";
import { offerInstallation } from "./installation.mjs";
import { failed, installed, started, watch } from "./releases.mjs";
import { away, say } from "./screen.mjs";
import { hold, takeOver } from "./tabs.mjs";

const WAIT_MS = 300_000;
const SETTLED_MS = 100;
const KNOWN = { insecure: "insecure", opfs_unavailable: "unsupported", unsupported: "unsupported", quota: "quota", no_signal: "noSignal" };
const BACK = "tournee.back";
let python = null;
let over = false;

function able() {
  if (!isSecureContext) throw new Error("insecure");
  if (!navigator.serviceWorker || !navigator.locks || !navigator.storage?.getDirectory) throw new Error("unsupported");
}

async function run() {
  performance.mark("tournee-begins");
  try {
    able();
    if (!(await hold(lost))) {
      say("elsewhere", { more: "elsewhereMore", act: "here", then: () => takeOver(lost).then(open).catch(stop) });
      return;
    }
    await open();
  } catch (error) {
    await stop(error);
  }
}

async function open() {
  await installed();
  say("opening");
  python = startPython();
  const shown = new Promise((resolve, reject) => {
    const drawn = new Promise((done) => addEventListener("flutter-first-frame", done, { once: true }));
    const painted = () => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), SETTLED_MS);
    Promise.all([drawn, begun()]).then(painted, reject);
    python.onfail = (code, detail) => {
      console.error(detail);
      reject(new Error(code));
    };
    setTimeout(() => reject(new Error("late")), WAIT_MS);
  });
  client();
  await shown;
  away();
  performance.mark("tournee-shown");
  started();
  if (sessionStorage.getItem(BACK)) sessionStorage.removeItem(BACK);
  watch();
  offerInstallation();
}

// Flutter's client, as its own page would start it.
function client() {
  globalThis.flet = {
    pyodide: true,
    multiView: false,
    noCdn: true,
    webSocketEndpoint: "/ws",
    entrypointBaseUrl: "/app/",
    assetBase: "/app/",
    routeUrlStrategy: "hash",
    canvasKitBaseUrl: "/app/canvaskit/",
    canvasKitVariant: typeof Intl.v8BreakIterator === "undefined" ? "full" : "chromium",
    webRenderer: "canvaskit",
    fontFallbackBaseUrl: "assets/fonts/",
  };
  flet.flutterAppLoaded = new Promise((resolve) => (flet.flutterAppResolve = resolve));
  const script = document.createElement("script");
  script.src = "flutter_bootstrap.js";
  document.body.append(script);
}

function lost() {
  over = true;
  python?.stop();
  say("moved", { act: "here", then: () => location.reload() });
}

async function stop(error) {
  if (over) return;
  python?.stop();
  console.error(error);
  const again = { act: "again", then: () => location.reload() };
  if (error.message === "in_use") return say("elsewhere", again);
  if (error.message in KNOWN) return say(KNOWN[error.message], error.message === "insecure" ? {} : again);
  if (!sessionStorage.getItem(BACK) && (await failed())) {
    sessionStorage.setItem(BACK, "1");
    return say("back", again);
  }
  return say("failed", again);
}

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
run();
