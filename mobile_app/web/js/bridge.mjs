// What the device's Python sees of JavaScript, as the module `tournee_js`.
import { net } from "./net.mjs";
import { noble } from "./noble.mjs";
import { shell } from "./shell.mjs";
import { storage } from "./storage.mjs";

// Where the browser says it is, asked each time: a tab lives longer than a journey.
const place = { zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "" };

export const bridge = { net, noble, place, shell, storage };
