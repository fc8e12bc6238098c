// Makes the chat of the demo move without reloading; without it every button posts and every post shows the chat.

const PAUSE = 400; // milliseconds between two questions for news, each of which the server may hold for a while
const AFTER_TROUBLE = 3000;
const POSITION = { enableHighAccuracy: false, timeout: 8000, maximumAge: 60_000 };

const phone = document.querySelector(".phone");

/** @param {string} html */
function read(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(".phone");
}

/**
 * Put what is new into the chat and leave the rest where it is: focus, what is typed, how far it was scrolled.
 * @param {Element | null} fresh
 */
function take(fresh) {
  if (!fresh || Number(fresh.dataset.count) < Number(phone.dataset.count)) {
    return;
  }
  const shown = phone.querySelector(".bubbles");
  const lines = [...fresh.querySelectorAll(".bubbles > li")].slice(shown.children.length);
  phone.dataset.count = fresh.dataset.count;
  shown.append(...lines);
  const toasts = fresh.querySelector(".toasts");
  if (toasts.textContent.trim() !== phone.querySelector(".toasts").textContent.trim()) {
    phone.querySelector(".toasts").replaceChildren(...toasts.children);
  }
  if (lines.length) {
    phone.querySelector(".phone-start")?.remove();
    phone.querySelector(".phone-log").scrollTop = 0; // its end, as it is turned round
  }
}

/** @returns {Promise<GeolocationPosition | null>} */
function findPlace() {
  return new Promise((found) => {
    if (!navigator.geolocation) {
      found(null);
      return;
    }
    navigator.geolocation.getCurrentPosition(found, () => found(null), POSITION);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function send(form, button) {
  const data = new FormData(form);
  if (button instanceof HTMLButtonElement && button.name) {
    data.set(button.name, button.value);
  }
  if (data.has("place")) {
    const place = await findPlace();
    if (place) {
      data.set("lat", String(place.coords.latitude));
      data.set("lon", String(place.coords.longitude));
    }
  }
  if (form.matches(".phone-write")) {
    form.reset();
    form.elements.text.focus();
  }
  const answer = await fetch(form.action, { method: "POST", body: data });
  take(read(await answer.text()));
}

phone.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, event.submitter).catch(() => location.reload());
});

phone.querySelector("textarea").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

async function listen() {
  const address = new URL(location.href);
  for (;;) {
    let pause = PAUSE;
    if (!document.hidden) {
      address.searchParams.set("after", phone.dataset.count);
      try {
        const answer = await fetch(address);
        take(answer.ok ? read(await answer.text()) : null);
      } catch {
        pause = AFTER_TROUBLE;
      }
    }
    await new Promise((passed) => setTimeout(passed, pause));
  }
}

// What a browser says while no file is chosen is in its own language and says nothing.
const file = phone.querySelector("input[type=file]");
const tellFile = () => phone.classList.toggle("fileless", file.files.length === 0);
file.addEventListener("change", tellFile);
file.form.addEventListener("reset", () => setTimeout(tellFile));
tellFile();

document.querySelector(".refresh")?.remove();
void listen();
