"""What every page must keep: names for every control, contrast, languages, one heading."""

from typing import Any

PROBE = r"""
() => {
  const faults = [];
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && node.type !== "hidden";
  };
  const name = (node) => {
    const by = (node.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent || "").join(" ");
    const label = node.labels && node.labels.length ? node.labels[0].textContent : "";
    const image = node.querySelector ? node.querySelector("img[alt]")?.alt : "";
    return (node.getAttribute("aria-label") || by || label || node.textContent || image || "").trim();
  };
  for (const node of document.querySelectorAll("a[href], button, input, textarea, summary")) {
    if (seen(node) && !name(node)) faults.push("no name: " + node.outerHTML.slice(0, 80));
  }
  for (const image of document.querySelectorAll("img")) {
    if (!image.hasAttribute("alt")) faults.push("an image without alt");
    if (image.naturalWidth === 0) faults.push("an image that is not shown");
  }
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (document.querySelectorAll("[style]").length) faults.push("an inline style");
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  if (new Set(ids).size !== ids.length) faults.push("an id twice");
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push("wider than the window");
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const stops = style.backgroundImage.match(/rgba?\([^)]*\)/g);
      if (stops && at.classList.contains("idcard")) {
        return stops.map(parse).filter((c) => c.length === 3);
      }
      const colour = parse(style.backgroundColor);
      if (colour.length === 3 || colour[3] >= 0.75) return [colour.slice(0, 3)];
    }
    return [[255, 255, 255]];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, node = text.parentElement;
    if (!text.data.trim() || !seen(node) || node.closest(".skip, script, noscript")) continue;
    const style = getComputedStyle(node), ink = light(parse(style.color));
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    for (const colour of ground(node)) {
      const paper = light(colour);
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      if (ratio < least) faults.push(`contrast ${ratio.toFixed(2)}: ${text.data.trim().slice(0, 30)}`);
    }
  }
  return { faults, lang: document.documentElement.lang, title: document.title };
}
"""


def settle(page: Any) -> None:
    """Wait until a page is there whole: a click comes back when the next one has but begun."""
    page.wait_for_load_state("load")
    page.wait_for_selector("body", state="attached")


def await_count(page: Any, selector: str, count: int) -> None:
    """Wait until a page has so many of something."""
    found = page.locator(selector)
    if count:
        found.nth(count - 1).wait_for(state="attached")
    found.nth(count).wait_for(state="detached")


def check_looks(page: Any, language: str) -> None:
    settle(page)
    found = page.evaluate(PROBE)
    assert found["lang"] == language
    assert found["title"]
    assert found["faults"] == [], page.url
