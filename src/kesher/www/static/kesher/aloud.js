// "Read to me": a card or a page read aloud by a voice of the browser, each part in its own language. Without a voice for it
// the button stays hidden. Nothing is recorded, and nothing comes to us.
//
//   <button data-aloud-of="id" data-stop="Stop reading" data-gap="This part is in another language." hidden>…<span>Read to me</span></button>
//
// What is read: the words of the element without buttons and what is folded, or its parts with data-aloud="number", in that
// order. A button with data-aloud-too is read: the answers one can give to a question are buttons. data-own marks what depends on the visitor's answers: a voice that works on its maker's server is not given it.
(() => {
  "use strict";
  const speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) return;
  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, tr, dt, dd, address, summary, label, button";
  const SILENT = "[hidden], [aria-hidden=true], .no-print, .visually-hidden, .in-which, svg, button, input, select, textarea";
  const LONGEST = 200; // characters said at once: some voices fall silent in the middle of more
  const OLD = { iw: "he", in: "id", ji: "yi" }; // names that telephones still use for languages
  const root = document.documentElement;

  const plain = (tag) => { const code = tag.toLowerCase().split(/[-_]/)[0]; return OLD[code] || code; };
  const voiceFor = (language) => {
    const able = speech.getVoices().filter((voice) => plain(voice.lang) === language);
    return able.find((voice) => voice.localService) || able[0];
  };

  // Whether something between a node and the element that is read keeps it silent.
  const isSilent = (node, element) => {
    for (let around = node.closest(SILENT); around && !around.contains(element); around = around.parentElement.closest(SILENT)) {
      if (!around.matches("[data-aloud-too]")) return true;
    }
    return false;
  };

  // The words of an element as [{text, language, own}], one for each block and each change of language within it.
  const piecesOf = (element) => {
    const pieces = [];
    let block = null, cell = null;
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.data.replace(/\s+/g, " ");
      const within = texts.currentNode.parentElement;
      if (!text.trim() || isSilent(within, element)) continue;
      const folded = within.closest("details:not([open])");
      if (folded && !within.closest("summary")) continue;
      const said = within.closest("[lang]").lang;
      const language = plain(said === "und" ? root.lang : said);
      const own = Boolean(within.closest("[data-own]"));
      const here = within.closest(BLOCKS) || element, column = within.closest("td, th");
      const last = pieces[pieces.length - 1];
      if (last && here === block && last.language === language && last.own === own) {
        last.text += (column === cell ? "" : ", ") + text;
      } else pieces.push({ text, language, own });
      [block, cell] = [here, column];
    }
    return pieces.filter((piece) => /[\p{L}\p{N}]/u.test(piece.text));
  };

  // What is said one after the other. What no voice can read is not passed over in silence: it is said that it is there.
  const planFor = (button) => {
    const whole = document.getElementById(button.dataset.aloudOf);
    const marked = [...whole.querySelectorAll("[data-aloud]")].sort((a, b) => a.dataset.aloud - b.dataset.aloud);
    const plan = [];
    let letters = 0, readable = 0;
    for (const piece of (marked.length ? marked : [whole]).flatMap(piecesOf)) {
      const voice = voiceFor(piece.language);
      if (piece.own && voice && !voice.localService) continue;
      letters += piece.text.length;
      if (voice) { readable += piece.text.length; plan.push({ ...piece, voice }); continue; }
      const gap = { text: button.dataset.gap, language: plain(root.lang), voice: voiceFor(plain(root.lang)) };
      if (gap.voice && (plan[plan.length - 1] || gap).text !== gap.text) plan.push(gap);
    }
    return { plan, worth: readable * 2 > letters };
  };

  // Sentences, and what is longer than a voice bears cut between words.
  const breaths = (text) => text.trim().replace(/([.!?؟።…])\s+/g, "$1\n").split("\n")
    .flatMap((sentence) => sentence.match(new RegExp(`.{1,${LONGEST}}(?=\\s|$)|\\S+`, "g")) || []);

  let reading = null; // { button, utterance }: the utterance is held here, or a browser may drop it in the middle

  const show = (button, words) => { button.querySelector("span").textContent = words; };
  const stop = () => {
    if (!reading) return;
    show(reading.button, reading.button.dataset.start);
    reading = null;
    speech.cancel();
  };
  const start = (button) => {
    stop();
    const queue = planFor(button).plan.flatMap((piece) => breaths(piece.text).map((text) => ({ ...piece, text })));
    const mine = reading = { button, utterance: null };
    show(button, button.dataset.stop);
    const next = () => {
      if (reading !== mine) return;
      const piece = queue.shift();
      if (!piece) { stop(); return; }
      const utterance = mine.utterance = new SpeechSynthesisUtterance(piece.text.trim());
      utterance.voice = piece.voice;
      utterance.lang = piece.voice.lang.replace("_", "-");
      utterance.rate = 0.9; // for those who are learning the language
      utterance.onend = next;
      utterance.onerror = () => { if (reading === mine) stop(); };
      speech.speak(utterance);
    };
    next();
  };

  const buttons = [...document.querySelectorAll("[data-aloud-of]")];
  const offer = () => { for (const button of buttons) button.hidden = reading?.button !== button && !planFor(button).worth; };
  for (const button of buttons) {
    button.dataset.start = button.querySelector("span").textContent;
    button.addEventListener("click", () => { if (reading?.button === button) stop(); else start(button); });
  }
  speech.addEventListener?.("voiceschanged", offer); // they come late, and only when they were asked for
  offer();

  // Whoever leaves is not followed by a voice.
  addEventListener("pagehide", stop);
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-quick-exit]")) stop(); }, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
})();
