// What Streamlit leaves undone, done where the browser allows: names for its own parts in the
// language of the page, landmarks for the head, a way past it, and copying with one press.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);

  const named = ["aria-label", "aria-roledescription", "title", "placeholder"];
  // Streamlit's words come first; behind them may stand what they are about.
  const name = (element) => {
    for (const attribute of named) {
      const [said, english, about] = /^(Help for|[^:]*)(.*)$/s.exec(element.getAttribute(attribute) ?? "");
      const ours = (words.labels[english] ?? english) + about;
      if (ours !== said) element.setAttribute(attribute, ours);
    }
  };
  // Streamlit changes page without a word; whoever followed a link then stands at the new title.
  let left = null;
  const arrive = () => {
    const heading = document.querySelector("h1");
    if (left === null || !heading || heading.textContent === left) return;
    left = null;
    heading.tabIndex = -1;
    heading.focus();
  };
  const improve = () => {
    arrive();
    document.querySelectorAll(named.map((attribute) => `[${attribute}]`).join()).forEach(name);
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
    if (event.target.closest("[data-testid=stPageLink-NavLink]")) {
      left = document.querySelector("h1")?.textContent ?? "";
    }
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
