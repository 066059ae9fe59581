// The "+" menu of a phone: what can be sent besides words.

import { make } from "/page/render.js";
import { Refused, asDataUrl, shrinkPhoto } from "/page/wire.js";

const ICONS = {
  photo: "M4 8h3l2-3h6l2 3h3v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  voice: "M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3",
  place: "M12 21c4-5 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6 6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  phone: "M6 4h4l1 5-2 1c1 2 3 4 5 5l1-2 5 1v4c0 1-1 2-2 2C11 20 4 13 4 6c0-1 1-2 2-2z",
};
const PLACES = [
  ["柳沟村委会", 29.5647, 106.5507],
  ["镇卫生院", 29.5721, 106.5612],
  ["村小学门口", 29.5598, 106.5439],
];

function drawn(icon) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[icon]);
  svg.append(path);
  return svg;
}

export function attachMenu(menu, send, complain) {
  const guard = (work) => async (...given) => {
    menu.hidden = true;
    try {
      await work(...given);
    } catch (error) {
      complain(error instanceof Refused ? error.message : "没有发出去，请再试一次。");
    }
  };
  const item = (icon, label, testid, act) => {
    const button = make("button", { type: "button", role: "menuitem", "data-testid": testid }, drawn(icon), label);
    button.addEventListener("click", act);
    return button;
  };
  const picker = (icon, label, testid, accept, act) => {
    const input = make("input", { type: "file", accept, "aria-label": label, "data-testid": `${testid}-file`, tabindex: "-1" });
    input.addEventListener("change", guard(async () => {
      const [file] = input.files;
      input.value = "";
      if (file) await act(file);
    }));
    return make("span", { class: "picker" }, item(icon, label, testid, () => input.click()), input);
  };
  const here = guard(() => new Promise((done, failed) => {
    const no = () => failed(new Refused("拿不到本机位置。请打开定位，或选一个地点。"));
    if (!navigator.geolocation) return no();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => send({ location: { latitude: coords.latitude, longitude: coords.longitude } }).then(done, failed),
      no, { timeout: 8000 });
  }));
  menu.append(
    picker("photo", "照片…", "attach-photo", "image/*", async (file) => send({ photo: await asDataUrl(await shrinkPhoto(file)) })),
    item("picture", "示例照片", "attach-sample", guard(() => send({ photo: true }))),
    picker("voice", "语音文件…", "attach-voice", "audio/*", async (file) =>
      send({ voice: { base64: await asDataUrl(file), name: file.name } })),
    item("voice", "示例语音", "attach-sample-voice", guard(() => send({ voice: true }))),
    make("hr"),
    ...PLACES.map(([name, latitude, longitude]) =>
      item("place", name, "attach-place", guard(() => send({ location: { latitude, longitude } })))),
    item("place", "我现在的位置", "attach-here", here),
    make("hr"),
    item("phone", "我的电话", "attach-contact", guard(() => send({ contact: true }))),
  );
}

export function popup(button, menu) {
  const show = (open) => {
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    show(menu.hidden);
    if (!menu.hidden) menu.querySelector("button")?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    const items = [...menu.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      items[(at + step + items.length) % items.length].focus();
    } else if (event.key === "Escape") {
      show(false);
      button.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!menu.hidden && !menu.contains(event.target) && !button.contains(event.target)) show(false);
  });
  return show;
}
