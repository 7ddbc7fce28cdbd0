"""What the driver runs inside the page."""

SHOWN = """() => {
  const nodes = [...document.querySelectorAll('flt-semantics-host flt-semantics')];
  const said = nodes.map(node => node.getAttribute('aria-label') || node.textContent).join('').trim();
  return said !== '' && !said.startsWith('Working...');
}"""
"""True once the app's first screen is there, and not Flet's own waiting page."""
QUIET = """([quiet, timeout]) => new Promise(done => {
  const host = document.querySelector('flt-semantics-host');
  let timer;
  const finish = () => { observer.disconnect(); clearTimeout(timer); clearTimeout(last); done(); };
  const last = setTimeout(finish, timeout);
  const arm = () => { clearTimeout(timer); timer = setTimeout(finish, quiet); };
  const observer = new MutationObserver(arm);
  observer.observe(host, {subtree: true, childList: true, attributes: true, characterData: true});
  arm();
})"""
"""Waits until the screen has not changed for so many ms, at most so long."""
MOVE = """path => new Promise(done => {
  const hashed = location.pathname.startsWith('/app/');
  if ((hashed ? location.hash.slice(1) : location.pathname + location.search) === path) { done(); return; }
  const observer = new MutationObserver(() => { observer.disconnect(); clearTimeout(last); done(); });
  const last = setTimeout(() => { observer.disconnect(); done(); }, 10000);
  observer.observe(document.querySelector('flt-semantics-host'), {subtree: true, childList: true, attributes: true, characterData: true});
  history.pushState(null, '', hashed ? `#${path}` : path);
  dispatchEvent(new PopStateEvent('popstate', {state: null}));
})"""
"""Goes to another address as the browser's own buttons do, without loading the page, and waits for the first change.

The app that the server serves keeps its address after the #."""
