// Turns messages into DOM nodes. Bot text only ever becomes text nodes, never HTML.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const SAFE_LINK = /^(https?|tg|tel|mailto):/i;

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// Entities nest or stand apart; offsets are UTF-16 units, as JavaScript counts.
export function marked(text, entities, act) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fill = (from, to, inside) => {
    const nodes = [];
    let at = from;
    for (let i = 0; i < inside.length; ) {
      const entity = inside[i];
      const start = Math.max(entity.offset, at);
      const end = Math.min(entity.offset + entity.length, to);
      const nested = [];
      for (i += 1; i < inside.length && inside[i].offset < end; i += 1) nested.push(inside[i]);
      if (end <= start) continue;
      if (start > at) nodes.push(text.slice(at, start));
      nodes.push(wrap(entity, text.slice(start, end), fill(start, end, nested), act));
      at = BLOCKS.has(entity.type) && text[end] === "\n" ? end + 1 : end;
    }
    if (at < to) nodes.push(text.slice(at, to));
    return nodes;
  };
  return fill(0, text.length, sorted);
}

function wrap(entity, plain, children, act) {
  if (entity.type === "text_link" || entity.type === "url") return link(entity.url || plain, children);
  if (entity.type === "bot_command") {
    const node = make("button", { type: "button", class: "command" }, ...children);
    node.addEventListener("click", () => act.say(plain));
    return node;
  }
  const node = make(TAGS[entity.type] || "span", {}, ...children);
  if (entity.type === "spoiler") veil(node);
  if (entity.type === "expandable_blockquote") return fold(node);
  return node;
}

function link(address, children) {
  if (!SAFE_LINK.test(address)) return make("span", {}, ...children);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function veil(node) {
  node.className = "spoiler";
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", "遮住的内容，点开看");
  const open = () => {
    node.classList.add("open");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", open);
  node.addEventListener("keydown", (event) => event.key === "Enter" && open());
}

function fold(quote) {
  quote.classList.add("folded");
  const more = make("button", { type: "button", class: "unfold", "aria-expanded": "false" }, "展开");
  more.addEventListener("click", () => {
    const open = quote.classList.toggle("folded") === false;
    more.textContent = open ? "收起" : "展开";
    more.setAttribute("aria-expanded", String(open));
  });
  return make("div", { class: "folding" }, quote, more);
}

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

export function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  const today = new Date();
  if (date.toDateString() === today.toDateString()) return "今天";
  return `${date.getMonth() + 1}月${date.getDate()}日`;
}

const BODIES = {
  photo: (m) => {
    const image = make("img", { src: m.photo.url, alt: m.text || "照片", width: m.photo.width, height: m.photo.height, loading: "lazy" });
    return make("a", { class: "photo", href: m.photo.url, target: "_blank", rel: "noopener" }, image);
  },
  voice: (m) => make("audio", { controls: true, preload: "none", src: m.voice.url, "aria-label": "语音" }),
  audio: (m) => make("audio", { controls: true, preload: "none", src: m.audio.url, "aria-label": "录音" }),
  video: (m) => make("video", { controls: true, preload: "metadata", src: m.video.url, "aria-label": "视频" }),
  document: (m) => make("a", { class: "attachment", href: m.document.url, download: m.document.name || "文件" }, m.document.name || "文件"),
  location: (m) => {
    const { latitude, longitude } = m.location;
    const where = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
    return make("div", { class: "place", role: "img", "aria-label": `位置 ${where}` }, make("span", { class: "pin" }), make("span", { class: "where" }, where));
  },
  contact: (m) => make("div", { class: "contact" }, make("strong", {}, m.contact.first_name), make("span", {}, m.contact.phone_number)),
};

export function message(m, act) {
  const bubble = make("div", { class: `bubble with-${m.kind}` });
  if (m.reply_to) bubble.append(make("div", { class: "reply" }, act.excerpt(m.reply_to)));
  if (BODIES[m.kind]) bubble.append(BODIES[m.kind](m));
  if (m.text) bubble.append(make("div", { class: "text", "data-testid": "text" }, ...marked(m.text, m.entities, act)));
  const stamp = make("span", { class: "stamp" }, clock(m.date));
  if (m.edited) stamp.prepend(make("span", { class: "edited", "data-testid": "edited" }, "已编辑 "));
  if (m.pinned) stamp.prepend("置顶 ");
  bubble.append(stamp);
  const node = make("div", {
    class: `message ${m.from}`, "data-testid": "message", "data-from": m.from, "data-id": m.message_id,
  }, bubble);
  if (m.buttons.length) node.append(buttons(m, act));
  return node;
}

function buttons(m, act) {
  const rows = m.buttons.map((row) =>
    make("div", { class: "row" }, ...row.map((button) => inlineButton(m, button, act))));
  return make("div", { class: "inline" }, ...rows);
}

function inlineButton(m, button, act) {
  if (button.url && SAFE_LINK.test(button.url)) {
    return make("a", { class: "key out", href: button.url, target: "_blank", rel: "noopener noreferrer", "data-testid": "inline-button" }, button.text);
  }
  const node = make("button", {
    type: "button", class: `key ${button.style || ""}`, "data-testid": "inline-button", "data-data": button.data, disabled: Boolean(button.disabled),
  }, make("span", {}, button.text));
  node.addEventListener("click", () => {
    if (button.copy_text) navigator.clipboard?.writeText(button.copy_text.text).then(() => act.toast("已复制"), () => {});
    else act.press(m, button, node);
  });
  return node;
}
