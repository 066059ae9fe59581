// One phone: what it shows and what its person does. The stand-in is the only truth.

import { attachMenu, popup } from "/page/attach.js";
import { dayOf, make, message } from "/page/render.js";
import { Signs } from "/page/signs.js";
import { Refused, ask } from "/page/wire.js";

const COLOURS = ["#1f7a6b", "#b4632a", "#3a63a8", "#8a4f9e", "#6b7a1f", "#a83a55"];

export class Phone extends Signs {
  constructor(person, { unread }) {
    super();
    this.id = person.id;
    this.tellUnread = unread;
    this.messages = new Map();
    this.nodes = new Map();
    this.waiting = new Map();
    this.noted = new Set();
    this.unread = 0;
    this.seq = 0;
    this.node = document.getElementById("phone-template").content.firstElementChild.cloneNode(true);
    this.node.dataset.testid = `phone-${person.id}`;
    this.node.id = `phone-${person.id}`;
    this.find = (selector) => this.node.querySelector(selector);
    this.chat = this.find(".chat");
    this.list = this.find(".list");
    this.input = this.find("textarea");
    this.face(person);
    this.listen();
    this.input.value = sessionStorage.getItem(`written-${this.id}`) || "";
  }

  get path() {
    return `/sim/people/${this.id}`;
  }

  face(person) {
    this.person = person;
    const face = this.find(".face");
    face.textContent = person.name.slice(0, 1);
    face.style.background = COLOURS[person.id % COLOURS.length];
    this.find(".welcome-face").textContent = "童";
    this.find("h2").textContent = person.name;
    this.find(".who p").textContent = person.title || "手机";
    this.node.setAttribute("aria-label", `${person.name}的手机${person.title ? `，${person.title}` : ""}`);
    this.node.classList.toggle("blocked", person.blocked);
    this.find("[data-act=block]").textContent = person.blocked ? "恢复机器人" : "停用（拉黑）机器人";
    this.find(".start").hidden = person.started || person.blocked;
    this.find(".composer").hidden = !person.started || person.blocked;
    if (person.blocked) this.complain("您已停用机器人：收不到消息，也发不出去。菜单里可以恢复。");
    else if (this.wasBlocked) this.complain("");
    this.wasBlocked = person.blocked;
  }

  listen() {
    this.act = {
      say: (text) => this.send({ text }),
      press: (m, button, node) => this.press(m, button, node),
      toast: (text) => this.toast(text),
      excerpt: (id) => this.messages.get(id)?.text.slice(0, 60) || "消息",
    };
    this.find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    this.input.addEventListener("input", () => this.written());
    this.find(".start button").addEventListener("click", () => this.send({ text: "/start" }));
    const showMore = popup(this.find(".more"), this.find(".more-menu"));
    this.find(".more-menu").addEventListener("click", (event) => {
      showMore(false);
      this.choose(event.target.dataset.act);
    });
    popup(this.find(".attach"), this.find(".attach-menu"));
    attachMenu(this.find(".attach-menu"), (body) => this.post("messages", body), (text) => this.complain(text));
    this.find(".keys").addEventListener("click", () => this.foldKeyboard());
    this.find(".down").addEventListener("click", () => this.toEnd());
    this.chat.addEventListener("scroll", () => this.nearEnd() && this.seen());
    this.node.addEventListener("focusin", () => this.seen());
    this.node.addEventListener("pointerdown", () => this.seen());
    this.find(".alert button").addEventListener("click", () => this.closeAlert());
    this.find(".curtain").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeAlert();
      if (event.key === "Tab") event.preventDefault();
    });
  }

  async post(what, body) {
    const told = await ask(`${this.path}/${what}`, body);
    this.complain("");
    this.refresh();
    return told;
  }

  async send(body) {
    try {
      await this.post("messages", body);
      return true;
    } catch (error) {
      this.complain(error.message);
      return false;
    }
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text || this.sending) return;
    this.sending = true;
    this.node.classList.add("sending");
    try {
      if (await this.send({ text }) && this.input.value.trim() === text) {
        this.input.value = "";
        this.written();
      }
    } finally {
      this.sending = false;
      this.node.classList.remove("sending");
    }
  }

  written() {
    sessionStorage.setItem(`written-${this.id}`, this.input.value);
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }

  choose(act) {
    if (act === "start") this.send({ text: "/start" });
    if (act === "block") this.post(this.person.blocked ? "unblock" : "block", {}).catch((error) => this.complain(error.message));
  }

  async press(m, button, node) {
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true");
    const free = () => node.removeAttribute("aria-busy");
    try {
      const body = { message_id: m.message_id, ...(button.data ? { data: button.data } : { label: button.text }) };
      const told = await this.post("presses", body);
      if (!told.callback_id) {
        free();
        if (told.opened) this.toast("这个按钮要在手机上的 Telegram 里用。");
        return;
      }
      this.waiting.set(told.callback_id, free);
      setTimeout(() => this.answered(told.callback_id), 12000);
    } catch (error) {
      free();
      this.complain(error.message);
    }
  }

  answered(callback) {
    this.waiting.get(callback)?.();
    this.waiting.delete(callback);
  }

  // Requests never overlap; a change during one is fetched right after it.
  async refresh() {
    if (this.fetching) {
      this.again = true;
      return;
    }
    this.fetching = true;
    try {
      do {
        this.again = false;
        const told = await ask(`${this.path}/messages?after=${this.seq}`);
        if (this.run && this.run !== told.run) this.forget();
        else this.show(told);
        if (!this.run) this.again = true;
        this.run = told.run;
      } while (this.again);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    } finally {
      this.fetching = false;
    }
  }

  forget() {
    this.seq = 0;
    this.run = undefined;
    this.messages.clear();
    this.nodes.clear();
    this.list.replaceChildren();
  }

  show(told) {
    const first = this.seq === 0;
    const atEnd = this.nearEnd() || first;
    this.seq = told.seq;
    this.face(told.person);
    let mine = false;
    let fresh = 0;
    for (const m of told.messages) {
      const isNew = !this.messages.has(m.message_id);
      this.messages.set(m.message_id, m);
      this.place(m, isNew && !first);
      if (isNew && m.from === "me") mine = true;
      if (isNew && m.from === "bot" && !m.silent) fresh += 1;
    }
    told.deleted.forEach((id) => this.vanish(id));
    this.find(".welcome").hidden = this.messages.size > 0;
    this.showKeyboard(told.keyboard);
    this.showBusy(told.action, told.draft);
    this.showPinned();
    for (const notice of told.notices) this.notice(notice, first);
    if (atEnd || mine) this.toEnd();
    if (fresh && !first) this.ring(fresh, atEnd);
  }

  place(m, animate) {
    const node = message(m, this.act);
    const old = this.nodes.get(m.message_id);
    this.nodes.set(m.message_id, node);
    if (old) {
      const held = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
      old.replaceWith(node);
      if (held >= 0) (node.querySelectorAll("button, a")[held] || this.chat).focus({ preventScroll: true });
      return;
    }
    if (animate) node.classList.add("fresh");
    const day = dayOf(m.date);
    if (day !== this.lastDay || !this.list.children.length) {
      this.list.append(make("p", { class: "day" }, day));
      this.lastDay = day;
    }
    this.list.append(node);
  }

  vanish(id) {
    this.nodes.get(id)?.remove();
    this.nodes.delete(id);
    this.messages.delete(id);
  }

  showKeyboard(keyboard) {
    const key = JSON.stringify(keyboard);
    this.input.placeholder = keyboard?.placeholder || "写消息";
    if (key === this.keyboardKey) return;
    this.keyboardKey = key;
    const board = this.find(".keyboard");
    board.replaceChildren(...(keyboard?.rows || []).map((row) =>
      make("div", { class: "row" }, ...row.map((button) => this.lastingButton(button)))));
    board.hidden = !keyboard;
    this.find(".keys").hidden = !keyboard;
  }

  lastingButton(button) {
    const node = make("button", { type: "button", class: "key", "data-testid": "keyboard-button" }, button.text);
    node.addEventListener("click", () =>
      this.post("presses", { label: button.text }).catch((error) => this.complain(error.message)));
    return node;
  }

  foldKeyboard() {
    const board = this.find(".keyboard");
    board.hidden = !board.hidden;
    this.find(".keys").setAttribute("aria-expanded", String(!board.hidden));
  }

  notice(notice, old) {
    if (this.noted.has(notice.callback_id)) return;
    this.noted.add(notice.callback_id);
    this.answered(notice.callback_id);
    if (old || !notice.text) return;
    if (notice.alert) this.openAlert(notice.text);
    else this.toast(notice.text);
  }
}
