// Arrow keys walk the screens of the presentation. Without this script it is one long page.
(() => {
  const screens = [...document.querySelectorAll("main > section")];
  const links = [...document.querySelectorAll("nav a")];
  const forward = new Set(["ArrowRight", "ArrowDown", "PageDown", " "]);
  const back = new Set(["ArrowLeft", "ArrowUp", "PageUp"]);
  // The screen a key or link asked for, until the page has scrolled there. Otherwise the page
  // itself says which screen is shown, when it is asked: no report of it can come too late.
  let asked = null;

  const top = (number) => screens[number].getBoundingClientRect().top;
  const inView = () => {
    const place = screens.findIndex((screen) => screen.getBoundingClientRect().bottom > innerHeight / 2);
    return place < 0 ? screens.length - 1 : place;
  };
  const shown = () => asked ?? inView();
  const mark = () => {
    if (asked !== null && Math.abs(top(asked)) <= 1) asked = null;
    const number = shown();
    links.forEach((link, place) => {
      if (place === number) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  const show = (number) => {
    asked = Math.min(Math.max(number, 0), screens.length - 1);
    const screen = screens[asked];
    screen.scrollIntoView();
    screen.focus({ preventScroll: true });
    history.replaceState(null, "", `#${screen.id}`);
    mark();
  };

  document.addEventListener("keydown", (event) => {
    const onLink = event.target.closest("a, summary, button");
    if (event.altKey || event.ctrlKey || event.metaKey || (onLink && event.key === " ")) return;
    if (forward.has(event.key)) show(shown() + 1);
    else if (back.has(event.key)) show(shown() - 1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(screens.length - 1);
    else return;
    event.preventDefault();
  });
  addEventListener("hashchange", () => {
    const place = screens.findIndex((screen) => `#${screen.id}` === location.hash);
    asked = place < 0 ? null : place;
    mark();
  });
  // Readers who scroll by themselves have let go of what they asked for.
  ["wheel", "touchmove", "pointerdown"].forEach((own) =>
    addEventListener(own, () => { asked = null; }, { passive: true }),
  );
  ["scroll", "resize"].forEach((change) => addEventListener(change, mark));
  mark();
})();
