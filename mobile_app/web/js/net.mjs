// Requests over fetch, for `mobile_app/web/transport.py`.

const NO_COOKIES = { cache: "no-store", credentials: "omit", redirect: "manual", referrerPolicy: "no-referrer" };

export const net = {
  // Begin a request. `answer` is a promise of fetch's Response; `abort` ends it, its body included.
  begin(method, url, headers, body) {
    const stop = new AbortController();
    const answer = fetch(url, { ...NO_COOKIES, method, headers, body, signal: stop.signal });
    return { answer, abort: () => stop.abort() };
  },

  // The status of an answer; a redirect, which nothing here follows, stands as the status 0.
  head: (answer) => [answer.status, [...answer.headers.entries()]],
};
