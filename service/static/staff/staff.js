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
