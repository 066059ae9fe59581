// What a phone shows beside the messages: notes, pop-ups, typing, unread marks.

import { make, marked } from "/page/render.js";

const NEAR = 80;

export class Signs {
  toast(text) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => (toast.hidden = true), 2500 + text.length * 60);
  }

  openAlert(text) {
    this.before = document.activeElement;
    this.find(".alert p").textContent = text;
    this.find(".curtain").hidden = false;
    this.find(".alert button").focus({ preventScroll: true });
  }

  closeAlert() {
    this.find(".curtain").hidden = true;
    (this.node.contains(this.before) ? this.before : this.input).focus({ preventScroll: true });
  }

  complain(text) {
    const trouble = this.find(".trouble");
    if (!text && this.person?.blocked) return;
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  showBusy(action, draft) {
    const busy = this.find(".busy");
    busy.hidden = !action && !draft;
    clearTimeout(this.busyTimer);
    if (action) this.busyTimer = setTimeout(() => this.refresh(), 5200);
    this.find(".draft")?.remove();
    if (draft?.text) {
      const bubble = make("div", { class: "bubble" }, make("div", { class: "text" }, ...marked(draft.text, draft.entities, this.act)));
      busy.before(make("div", { class: "message bot draft", "data-testid": "draft" }, bubble));
    }
  }

  showPinned() {
    const pinned = [...this.messages.values()].filter((m) => m.pinned).pop();
    const strip = this.find(".pinned");
    strip.hidden = !pinned;
    strip.textContent = pinned ? `置顶：${pinned.text.slice(0, 60) || "消息"}` : "";
  }

  nearEnd() {
    return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < NEAR;
  }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    this.find(".down").hidden = true;
    requestAnimationFrame(() => (this.chat.scrollTop = this.chat.scrollHeight));
  }

  ring(count, atEnd) {
    if (!atEnd) this.find(".down").hidden = false;
    this.node.classList.remove("ringing");
    void this.node.offsetWidth;
    this.node.classList.add("ringing");
    if (this.node.contains(document.activeElement) && !document.hidden) return;
    this.unread += count;
    this.showUnread();
  }

  seen() {
    if (this.nearEnd()) this.find(".down").hidden = true;
    if (!this.unread) return;
    this.unread = 0;
    this.showUnread();
  }

  showUnread() {
    const badge = this.find(".unread");
    badge.hidden = !this.unread;
    badge.textContent = this.unread;
    badge.setAttribute("aria-label", `${this.unread} 条新消息`);
    this.tellUnread(this.id, this.unread);
  }
}
