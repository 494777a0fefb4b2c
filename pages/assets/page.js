// What Streamlit leaves undone, done where the browser allows: names for its own parts in the
// language of the page, a way past the head, links that load nothing anew, its menu on a
// phone, and copying with one press.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);

  const named = ["aria-label", "aria-roledescription", "title", "placeholder"];
  const nameable = named.map((attribute) => `[${attribute}]:not(.stVegaLiteChart *)`).join();
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
  // Some links are drawn anew when they are pressed; whoever pressed one stays on it.
  let pressed = null;
  const stay = () => {
    if (pressed === null || document.activeElement !== document.body) return;
    document.querySelector(`[data-stay="${CSS.escape(pressed)}"]`)?.focus({ preventScroll: true });
  };
  document.addEventListener("focusin", (event) => {
    if (event.target.dataset?.stay !== pressed) pressed = null;
  });
  // A link to one figure: whoever follows it is brought there, and again while what stands above it
  // is still being drawn, until they move themselves.
  let sought = location.hash.startsWith("#said-") ? location.hash.slice(1) : null;
  const bring = () => {
    const figure = sought && document.getElementById(sought);
    if (figure) figure.scrollIntoView();
  };
  for (const moved of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(moved, () => { sought = null; }, { capture: true, passive: true });
  }
  // On a phone the choices fold behind a button, which stays as it was when it is drawn anew.
  const root = document.documentElement;
  const fold = () => document.querySelectorAll(".stand-choices").forEach((button) => {
    const open = String(root.hasAttribute("data-choices"));
    if (button.getAttribute("aria-expanded") !== open) button.setAttribute("aria-expanded", open);
  });
  const improve = () => {
    arrive();
    fold();
    bring();
    stay();
    document.querySelectorAll(nameable).forEach(name);
    const skip = document.querySelector("[data-testid=stSkipToContent]");
    if (skip && skip.textContent !== words.skip) skip.textContent = words.skip;
    // A chart is one picture: its marks have names in English, anew with each change.
    document.querySelectorAll(".stVegaLiteChart:not([role=img])").forEach((chart) => {
      chart.setAttribute("role", "img");
    });
    // A chart is named after what is said above it, which follows the filters.
    document.querySelectorAll("[id^='said-']").forEach((said) => {
      said
        .closest("[class*='st-key-card-']")
        ?.querySelector(".stVegaLiteChart:not([aria-labelledby])")
        ?.setAttribute("aria-labelledby", said.id);
    });
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
  // The menu of a phone; it folds again when it has led somewhere, and on Escape.
  const menu = (open) => {
    document.querySelector(".stand-nav")?.toggleAttribute("data-open", open);
    document.querySelector(".stand-menu")?.setAttribute("aria-expanded", String(open));
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu(false);
  });
  // Streamlit goes wherever the history of the browser goes.
  const go = (address) => {
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
  };
  const aside = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  // A mark of a chart bears what a click on it changes in the address. By itself Vega would follow
  // that as a link, which loads the page anew and forgets the other choices.
  document.addEventListener("click", (event) => {
    const choice = event.target.closest?.(".stVegaLiteChart") && event.target.__data__?.href;
    if (!choice) return;
    event.preventDefault();
    event.stopPropagation();
    const address = new URL(location.pathname + location.search, location.origin);
    for (const [name, value] of new URLSearchParams(choice)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    if (aside(event)) open(address);
    else go(address);
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".stand-menu");
    if (button) menu(button.getAttribute("aria-expanded") !== "true");
    if (event.target.closest(".stand-choices")) {
      root.toggleAttribute("data-choices");
      fold();
    }
    const staying = event.target.closest("a[data-stay]");
    const going = staying ?? event.target.closest(".stand-nav a:not([hreflang]), a.stand-go");
    if ((going && !staying) || event.target.closest("[data-testid=stPageLink-NavLink]")) {
      left = document.querySelector("h1")?.textContent ?? "";
      root.removeAttribute("data-choices");
    }
    if (going && !aside(event)) {
      if (staying) pressed = staying.dataset.stay;
      event.preventDefault();
      menu(false);
      go(going.href);
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
