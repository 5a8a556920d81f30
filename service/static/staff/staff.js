"use strict";

// A packet's page follows the writing of its papers until the last one is finished.
const POLL_MS = 2000;

async function followPapers() {
  const papers = document.getElementById("papers");
  if (!papers || papers.dataset.open !== "yes") return;
  const answer = await fetch(papers.dataset.url, { credentials: "same-origin" });
  if (answer.status === 401) {
    window.location.reload();
    return;
  }
  if (answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("papers");
    const progress = document.getElementById("progress");
    if (progress.textContent !== fresh.dataset.said) progress.textContent = fresh.dataset.said;
    papers.replaceWith(fresh);
  }
  window.setTimeout(followPapers, POLL_MS);
}

window.setTimeout(followPapers, POLL_MS);

// The list of packets follows those that are being written.
async function followList(section) {
  const lines = [...section.querySelectorAll("[data-progress]")];
  if (!lines.length) return;
  const asked = new URLSearchParams(lines.map((each) => ["packet", each.dataset.progress]));
  const answer = await fetch(`${section.dataset.follow}?${asked}`, { credentials: "same-origin" });
  if (answer.status === 401) {
    window.location.reload();
    return;
  }
  if (answer.ok) {
    const told = await answer.json();
    for (const line of lines) showProgress(line, told[line.dataset.progress]);
  }
  window.setTimeout(() => followList(section), POLL_MS);
}

function showProgress(line, progress) {
  if (!progress) return;
  if (line.textContent !== progress.said) line.textContent = progress.said;
  if (!progress.open) line.removeAttribute("data-progress");
}

const written = document.querySelector("[data-follow]");
if (written) window.setTimeout(() => followList(written), POLL_MS);

// The form of a case saves and checks itself while somebody types.
const QUIET_MS = 900;

function followTyping(form) {
  let timer = 0;
  let checking = null;
  const saying = document.getElementById("saving");

  async function send() {
    return fetch(form.dataset.check, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
    });
  }

  async function check() {
    let answer = await send();
    if (answer.status === 403) {
      // Somebody signed in anew in another window: the form takes the token of that session.
      await renewToken(form);
      answer = await send();
    }
    if (answer.status === 401) {
      saying.textContent = "You are signed out. Sign in in another window, then go on typing here.";
      return;
    }
    if (answer.status !== 200 && answer.status !== 409) {
      saying.textContent = "Not saved: the service did not answer. It is tried again as you type.";
      return;
    }
    const told = await answer.json();
    if (answer.status === 409) {
      saying.textContent = `${told.message} What you type is not saved. Press Save to choose.`;
      return;
    }
    form.elements.version.value = told.version;
    saying.textContent = "Saved.";
    showProblems(form, told.problems);
    showStanding(told.panel);
  }

  function checkSoon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      timer = 0;
      const before = checking || Promise.resolve();
      checking = before.then(check).catch(() => {
        saying.textContent = "Not saved: the service did not answer. It is tried again as you type.";
      });
    }, QUIET_MS);
  }

  form.addEventListener("input", checkSoon);
  // What was typed before this script came is checked too.
  const early = [...form.querySelectorAll("input, textarea")];
  if (early.some((each) => each.value !== each.defaultValue)) checkSoon();
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (!checking) return;
    // The version that is sent must be the one after the check that is under way.
    event.preventDefault();
    const button = event.submitter;
    checking.then(() => {
      checking = null;
      // A form that is still in its submit event ignores another request to submit.
      window.setTimeout(() => form.requestSubmit(button), 0);
    });
  });
}

async function renewToken(form) {
  const answer = await fetch(form.dataset.signIn, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  form.elements.form_token.value = page.querySelector("meta[name=form-token]").content;
}

function showProblems(form, problems) {
  for (const field of form.querySelectorAll("[data-field]")) {
    const name = field.dataset.field;
    const below = Object.keys(problems).find((each) => each === name || each.startsWith(`${name}/`));
    const input = field.querySelector("input, select, textarea");
    let said = field.querySelector(".wrong");
    if (!below) {
      if (said) said.remove();
      input.removeAttribute("aria-invalid");
      input.setAttribute("aria-describedby", `${name}.hint`);
      continue;
    }
    if (!said) {
      said = document.createElement("p");
      said.className = "wrong";
      said.id = `${name}.problem`;
      field.append(said);
    }
    const words = problems[below];
    said.textContent = words.charAt(0).toUpperCase() + words.slice(1);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${name}.hint ${name}.problem`);
  }
}

// The line that a screen reader announces stays the same element; all else is put in its place.
function showStanding(text) {
  const now = document.getElementById("standing");
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("standing");
  const said = now.querySelector("#standing-said");
  const words = fresh.querySelector("#standing-said");
  if (said.textContent !== words.textContent) said.textContent = words.textContent;
  words.replaceWith(said);
  now.replaceChildren(...fresh.childNodes);
}

function takeDroppedFiles(area) {
  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", async (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    area.value = await file.text();
  });
}

// An upload is checked while its page waits: whoever sent it is told so.
function sayWaiting(form) {
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  form.append(said);
  said.textContent = form.dataset.says;
}

if (document.querySelector("[data-reload]")) {
  window.setTimeout(() => window.location.reload(), POLL_MS);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    document.getElementById("copied").textContent = `Copied: ${button.dataset.copy}`;
  });
}

const caseForm = document.getElementById("case-form");
if (caseForm) followTyping(caseForm);
for (const area of document.querySelectorAll("[data-drop]")) takeDroppedFiles(area);
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    if (form.dataset.says) sayWaiting(form);
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}

// A link to a field leads into the folded box that holds it, and to the field itself.
function goToField() {
  const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (!target) return;
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
  target.scrollIntoView({ block: "center" });
  if (target.matches("input, select, textarea, button")) target.focus();
}

window.addEventListener("hashchange", goToField);
goToField();
