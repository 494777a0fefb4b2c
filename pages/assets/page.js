// What Streamlit leaves undone, done where the browser allows: names for its own parts in the
// language of the page, landmarks for the head, a way past it, and copying with one press.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);

  const name = (element) => {
    const label = element.getAttribute("aria-label");
    if (label in words.labels) element.setAttribute("aria-label", words.labels[label]);
    const title = element.getAttribute("title");
    if (title in words.labels) element.setAttribute("title", words.labels[title]);
  };
  const improve = () => {
    document.querySelectorAll("[aria-label], [title]").forEach(name);
    const skip = document.querySelector("[data-testid=stSkipToContent]");
    if (skip && skip.textContent !== words.skip) skip.textContent = words.skip;
    const head = document.querySelector(".st-key-nav");
    if (head && !head.hasAttribute("role")) {
      head.setAttribute("role", "navigation");
      head.setAttribute("aria-label", words.pages);
    }
  };
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      improve();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  const said = document.createElement("div");
  said.setAttribute("role", "status");
  said.className = "stand-said";
  const copy = async (link) => {
    const text = link.dataset.copy || link.href;
    await navigator.clipboard.writeText(text);
    said.textContent = link.dataset.copied;
    document.body.append(said);
    setTimeout(() => { said.textContent = ""; }, 3000);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-copied]");
    if (link && navigator.clipboard) {
      event.preventDefault();
      copy(link);
    }
    const skip = event.target.closest("[data-testid=stSkipToContent]");
    const heading = document.querySelector("h1");
    if (skip && heading) {
      event.preventDefault();
      heading.tabIndex = -1;
      heading.focus();
    }
  });
})();
