// Talks to the stand-in: JSON requests and the stream of changes. It draws nothing.

const SENTENCES = {
  blocked: "您停用了机器人。先在右上角菜单里恢复，再发消息。",
  too_long: "消息太长了，最多 4096 个字。请分几次发。",
  empty: "还没有写内容。",
  bad_file: "这个文件发不出去。请换一张照片或换一个文件。",
  bad_place: "位置不对，没有发出去。",
  no_button: "这个按钮已经没有了。",
  no_message: "这条消息已经没有了。",
  no_person: "这部手机已经没有了，请重新添加。",
};
const SILENCE = 40000;

export class Refused extends Error {}

export async function ask(path, body, method = body === undefined ? "GET" : "POST") {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("没有发出去：连接断开了。连上以后请再发一次。");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(SENTENCES[told.code] || told.error || "没有发出去，请再试一次。");
  return told;
}

export class Stream {
  constructor({ hello, changed, lost }) {
    Object.assign(this, { hello, changed, lost });
    this.open();
    setInterval(() => this.check(), 5000);
    addEventListener("online", () => this.open());
    document.addEventListener("visibilitychange", () => document.hidden || this.check());
  }

  open() {
    this.source?.close();
    this.heard = Date.now();
    const source = (this.source = new EventSource("/sim/events"));
    const heard = (act) => (event) => {
      if (source !== this.source) return;
      this.heard = Date.now();
      act?.(JSON.parse(event.data));
    };
    source.addEventListener("hello", heard((told) => this.hello(told.run)));
    source.addEventListener("changed", heard((people) => this.changed(people)));
    source.addEventListener("pulse", heard());
    source.onerror = () => {
      if (source !== this.source) return;
      this.lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.open(), 1500);
    };
  }

  check() {
    if (Date.now() - this.heard > SILENCE) {
      this.lost();
      this.open();
    }
  }
}

export const asDataUrl = (blob) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(new Refused("读不到这个文件，请换一个。"));
    reader.readAsDataURL(blob);
  });

export async function shrinkPhoto(file, longest = 1600) {
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85));
  } catch {
    return file;
  }
}
