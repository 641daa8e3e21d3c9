// Live parts, the way on, copying, scanning and authenticators: all but the last works without.
"use strict";

const WAIT = 1000;

async function watch(part) {
  let state = part.dataset.state;
  for (;;) {
    await new Promise((resume) => setTimeout(resume, WAIT));
    let answer;
    try {
      answer = await fetch(part.dataset.live, { credentials: "same-origin", cache: "no-store" });
    } catch {
      continue;
    }
    if (answer.status === 429 || answer.status >= 502) continue;
    if (!answer.ok) return;
    const fresh = answer.headers.get("X-Krid-State");
    if (fresh !== state) {
      state = fresh;
      part.dataset.state = fresh;
      part.innerHTML = await answer.text();
      bind(part);
      for (const other of document.querySelectorAll("[data-hide-when]")) {
        if (other.dataset.hideWhen.split(" ").includes(fresh)) other.hidden = true;
      }
    }
    if (answer.headers.get("X-Krid-Done")) return;
  }
}

function bind(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) {
      button.hidden = true;
      continue;
    }
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }
  for (const link of root.querySelectorAll("a[data-go]")) {
    setTimeout(() => location.assign(link.href), Number(link.dataset.go));
  }
}

async function scan(button) {
  const video = document.getElementById(button.dataset.video);
  const field = document.getElementById(button.dataset.field);
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  for (;;) {
    const found = await detector.detect(video);
    if (found.length > 0) {
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
      field.value = found[0].rawValue;
      field.form.requestSubmit();
      return;
    }
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

bind(document);
for (const part of document.querySelectorAll("[data-live]")) {
  if (!part.dataset.done) watch(part);
}
for (const button of document.querySelectorAll("[data-scan]")) {
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    button.hidden = false;
    button.addEventListener("click", () => scan(button));
  }
}

// A form that an authenticator answers: its answer goes along in a field, and nothing else.
async function ceremony(form, button) {
  const failed = form.querySelector("[data-failed]");
  if (failed) failed.hidden = true;
  button.disabled = true;
  try {
    const options = JSON.parse(form.dataset.options);
    const made = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.answer.value = JSON.stringify(made.toJSON());
  } catch {
    if (failed) failed.hidden = false;
    return;
  } finally {
    button.disabled = false;
  }
  form.requestSubmit(button);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!("PublicKeyCredential" in window && PublicKeyCredential.parseRequestOptionsFromJSON)) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    const button = event.submitter || form.querySelector("button");
    if (form.elements.answer.value || ("plain" in button.dataset)) return;
    event.preventDefault();
    ceremony(form, button);
  });
}
