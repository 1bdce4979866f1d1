// Moves recorded pictures by their controls. The order of the frames is that of gancourse/widgets/frames.py.
"use strict";

function setUp(player) {
  const about = JSON.parse(player.querySelector("script").textContent);
  const controls = [...player.querySelectorAll("input, select")];
  const image = player.querySelector("img");
  const words = player.querySelector(".player-words");
  const button = player.querySelector("button");
  const at = (k) => (controls[k].tagName === "SELECT" ? controls[k].selectedIndex : Number(controls[k].value));
  const put = (k, i) => {
    if (controls[k].tagName === "SELECT") controls[k].selectedIndex = i;
    else controls[k].value = i;
  };

  function frame(moved) {
    if (about.together) return about.controls.reduce((sum, c, k) => sum * c.places.length + at(k), 0);
    const before = about.controls.slice(0, moved);
    return before.reduce((sum, c) => sum + c.places.length, 0) + at(moved);
  }

  function draw(moved) {
    about.controls.forEach((control, k) => {
      if (!about.together && k !== moved) put(k, control.start);
      if (controls[k].tagName !== "INPUT") return;
      controls[k].setAttribute("aria-valuetext", control.places[at(k)]);
      controls[k].nextElementSibling.textContent = control.places[at(k)];
    });
    const shown = frame(moved);
    const strip = about.base + about.strips[Math.floor(shown / about.strip)];
    const place = () => {
      image.style.top = `${-100 * (shown % about.strip)}%`;
      image.alt = words.textContent = about.words[shown];
    };
    if (image.getAttribute("src") === strip) return place();
    const next = new Image(); // the old picture stays until the new one is there
    latest = next;
    next.onload = () => {
      if (latest !== next) return;
      image.src = strip;
      place();
    };
    next.src = strip;
  }

  let latest = null;
  let timer = null;
  function stop() {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  }
  controls.forEach((control, k) => {
    control.addEventListener("input", () => {
      if (timer) stop();
      draw(k);
    });
  });
  if (button) {
    button.addEventListener("click", () => {
      if (timer) return stop();
      const last = about.controls[0].places.length - 1;
      if (at(0) === last) put(0, 0);
      button.textContent = "Stop";
      timer = setInterval(() => {
        if (at(0) === last) return stop();
        put(0, at(0) + 1);
        draw(0);
      }, about.milliseconds);
    });
  }
  // Ready to move: the strips that are not shown yet come when somebody reaches for a control.
  player.addEventListener("pointerenter", () => about.strips.forEach((s) => (new Image().src = about.base + s)), {
    once: true,
  });
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".player").forEach(setUp));
