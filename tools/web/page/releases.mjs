// The service worker as the page sees it: the first download, a new release that waits, and going back.
import { busy, follow, readable } from "./app.mjs";
import { ask, progress, say, withdraw } from "./screen.mjs";

const HOUR = 60 * 60 * 1000;
// Where nothing is being written: the door, and the places of the navigation.
const PLACES = /^(#\/?(today|todo|customers|quotes|team|review|settings)?\/?)?$/;

export const tellWorker = (worker, kind) =>
  new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ kind }, [channel.port2]);
  });

const serving = () => navigator.serviceWorker.controller;

// Resolves once this page is served by the service worker; on the first visit that is the whole download.
export async function installed() {
  const container = navigator.serviceWorker;
  const visited = container.controller !== null;
  const controlled = new Promise((resolve) => container.addEventListener("controllerchange", resolve, { once: true }));
  const stopped = new Promise((_, reject) => {
    container.addEventListener("message", ({ data }) => {
      if (data.kind === "progress" && !container.controller) progress(data.share);
      if (data.kind === "stopped" && !container.controller) reject(new Error(data.quota ? "quota" : "no_signal"));
    });
  });
  stopped.catch(() => {});
  if (!visited) say("preparing");
  const registering = container.register("sw.js", { updateViaCache: "none" });
  if (visited) {
    registering.catch(() => {}); // no network: what is there serves
    return;
  }
  const registration = await registering.catch(() => Promise.reject(new Error("no_signal")));
  if (registration.active) await tellWorker(registration.active, "claim");
  await Promise.race([controlled, stopped]);
}

// Says how the start ended. True when another release takes over after a reload.
export const started = () => serving() && tellWorker(serving(), "started");
export const failed = async () => Boolean(serving() && (await tellWorker(serving(), "failed")));

// Offers a release that waits: over no form, and never one that could not read what is unsent.
export async function watch() {
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return;
  let declined = null;
  let asking = null;
  let fits = () => true;
  const typing = () => document.activeElement?.matches("input, textarea");
  const quiet = () => !busy() && !typing() && PLACES.test(location.hash) && document.visibilityState === "visible";
  const look = async () => {
    const waiting = registration.waiting;
    if (asking && !(quiet() && fits())) {
      withdraw();
      asking = null;
    }
    if (!waiting || asking || waiting === declined || !quiet() || !serving()) return;
    const [next, now] = await Promise.all([tellWorker(waiting, "about"), tellWorker(serving(), "about")]);
    fits = () => readable(next, now);
    if (asking || !quiet() || !fits()) return;
    const question = (asking = ask("update", "updateNow"));
    const yes = await question;
    if (asking !== question) return;
    asking = null;
    declined = waiting;
    if (yes) await change(waiting);
  };
  follow(look);
  const arriving = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", arriving);
  arriving(); // one that was found while the app started
  addEventListener("hashchange", look);
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    look();
    if (document.visibilityState === "visible" && Date.now() - asked > HOUR) {
      asked = Date.now();
      registration.update().catch(() => {});
    }
  });
  addEventListener("online", () => registration.update().catch(() => {}));
  look();
}

async function change(waiting) {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  tellWorker(waiting, "activate");
}
