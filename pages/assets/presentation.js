// Arrow keys walk the screens of the presentation. Without this script it is one long page.
(() => {
  const screens = [...document.querySelectorAll("main > section")];
  const links = [...document.querySelectorAll("nav a")];
  const forward = new Set(["ArrowRight", "ArrowDown", "PageDown", " "]);
  const back = new Set(["ArrowLeft", "ArrowUp", "PageUp"]);
  let shown = 0;

  const mark = (number) => {
    shown = number;
    links.forEach((link, place) => {
      if (place === number) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  const show = (number) => {
    const next = Math.min(Math.max(number, 0), screens.length - 1);
    mark(next);
    screens[next].scrollIntoView();
    screens[next].focus({ preventScroll: true });
    history.replaceState(null, "", `#${screens[next].id}`);
  };

  document.addEventListener("keydown", (event) => {
    const onLink = event.target.closest("a, summary, button");
    if (event.altKey || event.ctrlKey || event.metaKey || (onLink && event.key === " ")) return;
    if (forward.has(event.key)) show(shown + 1);
    else if (back.has(event.key)) show(shown - 1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(screens.length - 1);
    else return;
    event.preventDefault();
  });
  const watch = new IntersectionObserver(
    (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => mark(screens.indexOf(one.target))),
    { threshold: 0.6 },
  );
  screens.forEach((screen) => watch.observe(screen));
  mark(Math.max(0, screens.findIndex((screen) => `#${screen.id}` === location.hash)));
})();
