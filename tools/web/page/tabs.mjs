// One tab at a time holds the device; another can take over.
const LOCK = "tournee-device";
const GIVE_WAY_MS = 5000;

const channel = new BroadcastChannel("tournee-tabs");

// Takes the lock, and keeps it until `leave` or until another tab takes over, of which `onlost` is told. False when another has it.
export function hold(onlost, options = { ifAvailable: true }) {
  return new Promise((resolve) => {
    navigator.locks
      .request(LOCK, options, (lock) => {
        resolve(lock !== null);
        if (lock === null) return null;
        return new Promise((leave) => {
          channel.onmessage = ({ data }) => {
            if (data !== "give way") return;
            onlost();
            leave();
          };
        });
      })
      .catch((error) => {
        if (error.name === "AbortError") onlost();
        resolve(false);
      });
  });
}

// Asks the other tab to give way; one that does not answer loses the lock.
export async function takeOver(onlost) {
  const patience = AbortSignal.timeout(GIVE_WAY_MS);
  channel.postMessage("give way");
  const given = await new Promise((resolve) => {
    navigator.locks.request(LOCK, { signal: patience }, () => resolve(true)).catch(() => resolve(false));
  });
  return hold(onlost, given ? {} : { steal: true });
}
