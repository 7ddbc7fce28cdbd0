// The start screen: one sentence, at times a bar that fills and one thing to do. And the notice over the app.
import { language, words } from "./words.mjs";

const element = (id) => document.getElementById(id);
document.documentElement.lang = language;
if (language !== "en") document.querySelector("link[rel=manifest]").href = `manifest.${language}.webmanifest`;

export function say(key, { more = "", act = "", then = null } = {}) {
  element("start").hidden = false;
  element("said").textContent = words[key];
  element("more").textContent = more ? words[more] : "";
  element("more").hidden = !more;
  element("progress").hidden = true;
  const button = element("act");
  button.hidden = !act;
  button.textContent = act ? words[act] : "";
  button.onclick = then;
}

export function progress(share) {
  const bar = element("progress");
  bar.hidden = false;
  bar.value = share;
}

export function away() {
  element("start").hidden = true;
}

// Asks once; resolves to whether the answer was yes.
export function ask(key, yes) {
  element("notice-said").textContent = words[key];
  element("notice-yes").textContent = words[yes];
  element("notice-no").textContent = words.later;
  element("notice").hidden = false;
  return new Promise((resolve) => {
    const answered = (answer) => () => {
      element("notice").hidden = true;
      resolve(answer);
    };
    element("notice-yes").onclick = answered(true);
    element("notice-no").onclick = answered(false);
  });
}

export function withdraw() {
  element("notice").hidden = true;
}
