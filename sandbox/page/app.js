// The page: all phones side by side, or one at a time behind tabs on a narrow screen.

import { Phone } from "/page/phone.js";
import { make } from "/page/render.js";
import { Refused, Stream, ask } from "/page/wire.js";

const desk = document.getElementById("desk");
const tabs = document.getElementById("tabs");
const banner = document.getElementById("banner");
const phones = new Map();
const only = new URLSearchParams(location.search).get("phones")?.split(",").map(Number);
let chosen = Number(sessionStorage.getItem("chosen"));
let run;

async function meetPeople() {
  const people = (await ask("/sim/people")).filter((one) => !only || only.includes(one.id));
  const here = new Set(people.map((one) => one.id));
  for (const [id, phone] of phones) if (!here.has(id)) leave(id, phone);
  for (const person of people) if (!phones.has(person.id)) enter(person);
  document.getElementById("empty").hidden = phones.size > 0;
  tabs.hidden = phones.size < 2;
  if (!phones.has(chosen) && phones.size) choose([...phones.keys()][0]);
  await Promise.all([...phones.values()].map((phone) => phone.refresh()));
}

function enter(person) {
  const phone = new Phone(person, { unread: showUnread });
  phones.set(person.id, phone);
  desk.append(phone.node);
  const tab = make("button", {
    type: "button", role: "tab", "aria-controls": phone.node.id, "aria-selected": "false", "data-testid": `tab-${person.id}`,
  }, make("span", { class: "tab-name" }, person.name), make("span", { class: "tab-unread", hidden: true }));
  tab.addEventListener("click", () => choose(person.id, true));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const ids = [...phones.keys()];
    choose(ids[(ids.indexOf(person.id) + step + ids.length) % ids.length]);
    phones.get(chosen).tab.focus();
  });
  phone.tab = tab;
  tabs.append(tab);
  if (person.id === chosen || phones.size === 1) choose(person.id);
}

function leave(id, phone) {
  phone.node.remove();
  phone.tab.remove();
  phones.delete(id);
}

function choose(id, byHand) {
  chosen = id;
  sessionStorage.setItem("chosen", id);
  for (const [number, phone] of phones) {
    phone.node.classList.toggle("chosen", number === id);
    phone.tab.setAttribute("aria-selected", String(number === id));
    phone.tab.tabIndex = number === id ? 0 : -1;
  }
  const phone = phones.get(id);
  phone.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  phone.node.querySelectorAll(".fresh").forEach((node) => node.classList.remove("fresh"));
  phone.node.classList.remove("ringing");
  phone.toEnd();
  if (byHand) phone.seen();
}

function showUnread(id, count) {
  const badge = phones.get(id)?.tab.querySelector(".tab-unread");
  if (badge) {
    badge.hidden = !count;
    badge.textContent = count;
  }
  const all = [...phones.values()].reduce((sum, phone) => sum + phone.unread, 0);
  document.title = all ? `(${all}) 童伴 · 手机` : "童伴 · 手机";
}

function state(connected) {
  document.body.classList.toggle("lost", !connected);
  document.querySelector(".bar-state span").textContent = connected ? "已连接" : "连接断开";
  banner.hidden = connected;
}

async function hello(now) {
  if (run && run !== now) for (const phone of phones.values()) phone.forget();
  run = now;
  state(true);
  try {
    await meetPeople();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state(false);
  }
}

const stream = new Stream({
  hello,
  changed: (people) => {
    if (people.some((id) => !phones.has(id) && (!only || only.includes(id)))) meetPeople().catch(() => state(false));
    people.forEach((id) => phones.get(id)?.refresh());
  },
  lost: () => state(false),
});
document.getElementById("retry").addEventListener("click", () => stream.open());

const adding = document.getElementById("adding");
const form = adding.querySelector("form");
document.getElementById("add").addEventListener("click", () => adding.showModal());
document.getElementById("adding-cancel").addEventListener("click", () => adding.close("no"));
adding.addEventListener("close", async () => {
  const name = form.elements.name.value.trim();
  if (adding.returnValue !== "yes" || !name) return;
  try {
    const person = await ask("/sim/people", { name, title: form.elements.title.value.trim() });
    form.reset();
    await meetPeople();
    choose(person.id, true);
  } catch (error) {
    alert(error.message);
  }
  adding.returnValue = "";
});
