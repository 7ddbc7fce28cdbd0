// Offers to install the app, once it has proved itself: from the second start on, and not again for a month after a no.
import { ask } from "./screen.mjs";

const STARTS = "tournee.starts";
const NO_UNTIL = "tournee.installation";
const MONTH = 30 * 24 * 60 * 60 * 1000;
let prompt = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
});

addEventListener("appinstalled", () => navigator.storage.persist?.());

export async function offerInstallation() {
  const starts = Number(localStorage.getItem(STARTS)) + 1;
  localStorage.setItem(STARTS, starts);
  if (!prompt || starts < 2 || Date.now() < Number(localStorage.getItem(NO_UNTIL))) return;
  if (await ask("install", "installNow")) await prompt.prompt();
  else localStorage.setItem(NO_UNTIL, Date.now() + MONTH);
}
