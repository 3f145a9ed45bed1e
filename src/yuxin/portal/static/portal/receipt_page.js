/* The page around the check: reads a file in the browser, shows the five answers in words.
   Nothing is sent anywhere; every text of the receipt is set as text, never as markup. */
"use strict";

(() => {
  const page = document.getElementById("receipt-check");
  if (!page) return;
  const english = page.dataset.language === "en", say = (zh, en) => (english ? en : zh);
  const policy = page.dataset.policy, out = document.getElementById("receipt-result");

  const QUESTIONS = {
    fields: say("内容没变", "What it says is unchanged"),
    in_tree: say("记在存证本里", "It is in the log"),
    log_signed: say("存证本有签名", "The log is signed"),
    witnessed: say("外面的人作了证", "Outsiders bore witness"),
    anchored: say("存到另一个地方", "Kept in a second place"),
  };
  const ANSWERS = {
    holds: [say("成立", "Holds"), "", "i-check", "t-green"],
    fails: [say("不成立", "Does not hold"), "no", "i-cross", "t-red"],
    not_yet: [say("还没到时候", "Not yet"), "wait", "i-clock", "t-grey"],
    not_checked: [say("没有查", "Not checked"), "wait", "i-clock", "t-grey"],
  };
  const PATHS = { "i-check": "M4.5 12.5l5 5 10-11", "i-cross": "M6 6l12 12M18 6L6 18", "i-clock": "M12 7v5.5l3.5 2M12 3a9 9 0 100 18 9 9 0 000-18z" };
  const LABELS = {
    amount_fen: say("金额", "Amount"), payee: say("付给", "Paid to"), contract: say("合同", "Contract"),
    lesson: say("课次", "Lesson"), institution: say("机构", "Institution"), course: say("课程", "Course"),
  };
  const ACTS = JSON.parse(page.dataset.acts || "{}");

  const SHAPES = {
    green: [["M12 1.5a10.5 10.5 0 100 21 10.5 10.5 0 000-21z", true], ["M7 12.5l3.5 3.5 6.5-7.5", false]],
    red: [["M2 2h20v20H2z", true], ["M7.5 7.5l9 9M16.5 7.5l-9 9", false]],
    yellow: [["M12 1.5L23 22H1z", true], ["M12 9v6M12 18v1", false]],
  };

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const drawing = (className, parts) => {
    const draw = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
      return node;
    };
    const svg = draw("svg", { class: className, viewBox: "0 0 24 24", "aria-hidden": "true" });
    svg.append(...parts.map(([d, fill, stroke]) => draw("path", { d, fill, stroke, "stroke-width": "2.6" })));
    return svg;
  };
  const icon = (name) => drawing("icon", [[PATHS[name], "none", "currentColor"]]);
  const shape = (tone) => drawing("shape", SHAPES[tone].map(([d, whole]) => (whole ? [d, "currentColor", "none"] : [d, "none", "#fff"])));
  const moment = (date) => new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", {
    timeZone: "Asia/Shanghai", year: "numeric", month: english ? "short" : "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
  }).format(date);
  const yuan = (fen) => {
    const digits = String(Math.abs(fen)).padStart(3, "0");
    const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${fen < 0 ? "\u2212" : ""}${whole}.${digits.slice(-2)}${say("元", " yuan")}`;
  };
  const shown = (key, value) => {
    if (/_fen$/.test(key) && Number.isSafeInteger(value)) return yuan(value);
    if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return moment(new Date(value));
    return typeof value === "string" ? value : JSON.stringify(value);
  };

  const fact = (list, label, value, wrong) => {
    const row = make("div"), dd = make("dd", "", value);
    if (wrong) {
      const mark = make("span", "status-tag is-red", say("和存下的不一样", "differs from what was kept"));
      dd.append(" ", mark);
    }
    row.append(make("dt", "", label), dd);
    list.append(row);
  };
  const contents = (result) => {
    const band = make("section", "band stack"), list = make("dl", "fact-list");
    band.append(make("h2", "", say("凭证上写的", "What the receipt says")), list);
    for (const field of result.fields) {
      const wrong = result.wrong.includes(field.path);
      if (field.path === "head" && field.value) {
        fact(list, say("什么事", "Act"), ACTS[field.value.act] || field.value.act, wrong);
        fact(list, say("时间", "Time"), shown("t", field.value.t), wrong);
      } else {
        const key = field.path.replace(/^body\./, "");
        fact(list, LABELS[key] || key, shown(key, field.value), wrong);
      }
    }
    const line = make("div", "receipt-line"), number = make("p", "mono");
    for (const group of result.entry.match(/.{1,4}/g) || []) number.append(make("span", "", group));
    line.append(make("p", "", say("存证号", "Entry number")), number);
    band.append(line);
    return band;
  };

  const detail = (check, state, result) => {
    const names = result.witnesses.map((w) => `${w.label} ${moment(new Date(w.at * 1000))}`).join(say("，", ", "));
    const known = result.wrong.map((path) => LABELS[path.replace(/^body\./, "")] || path).join(say("、", ", "));
    const texts = {
      fields: {
        holds: say("上面写的每一项，和当时存下的一样。", "Every item above is what was kept then."),
        fails: known
          ? say(`“${known}”和当时存下的不一样。原来是多少，这张凭证看不出来。`, `“${known}” differs from what was kept then. What it was cannot be told from this receipt.`)
          : say("上面写的和存证号对不上。", "What it says does not belong to the entry number."),
      },
      in_tree: {
        holds: say(`它是存证本的第${(result.index + 1).toLocaleString()}条，抽不走，也插不进。`, `It is entry ${(result.index + 1).toLocaleString()} of the log; none can be taken out or put in.`),
        fails: say("存证本里没有它。", "It is not in the log."),
        not_yet: say("下载时还没有排好号，过几秒换一张新的。", "It had no number yet when downloaded; download it again in a few seconds."),
      },
      log_signed: {
        holds: say(`${result.origin} 的签名。`, `Signed by ${result.origin}.`),
        fails: say("签名不是这个存证本的。", "The signature is not that of this log."),
      },
      witnessed: {
        holds: say(`${result.known}家里${result.witnesses.length}家：${names}。要求至少${result.needed}家。`, `${result.witnesses.length} of ${result.known}: ${names}. At least ${result.needed} are asked for.`),
        fails: say(`要求至少${result.needed}家，这张凭证上不够。`, `At least ${result.needed} are asked for; this receipt has fewer.`),
        not_yet: result.witnessing ? "" : say("未见证：这个存证本还没有请外面的人作证。", "Unwitnessed: this log has no outside witnesses yet."),
      },
      anchored: { not_yet: say("这个功能还没有启用。", "This is not in use yet.") },
    };
    return texts[check][state] || "";
  };
  const answers = (result) => {
    const band = make("section", "band"), list = make("ol", "check-row");
    band.append(make("h2", "", say("五项检查", "Five checks")), list);
    Object.keys(QUESTIONS).forEach((check, at) => {
      const state = result.states[check], [word, mark, name, tone] = ANSWERS[state];
      const row = make("li"), box = make("span", `mark ${mark}`.trim()), text = make("div"), question = make("p", "q", `${at + 1} ${QUESTIONS[check]}`);
      box.append(icon(name));
      question.append(make("span", tone, word));
      text.append(question, make("p", "small", detail(check, state, result)));
      row.append(box, text);
      row.dataset.check = check;
      row.dataset.state = state;
      list.append(row);
    });
    return band;
  };

  const verdict = (tone, word, since) => {
    const band = make("section", "band stack"), block = make("div", `status-block is-${tone}`), head = make("div", "head"), text = make("div");
    band.setAttribute("role", tone === "red" ? "alert" : "status");
    text.append(make("p", "word", word), make("p", "since", since));
    head.append(shape(tone), text);
    block.append(head);
    band.append(block);
    return band;
  };
  const summary = (result) => {
    const states = Object.values(result.states), count = (state) => states.filter((s) => s === state).length;
    const failed = states.findIndex((s) => s === "fails") + 1;
    if (failed) return verdict("red", say("对不上", "Does not match"), say(`第${failed}项不成立，先别当凭据用`, `Check ${failed} does not hold; do not rely on it yet`));
    const held = say(`五项里${count("holds")}项成立，${count("not_yet")}项还没到时候`, `${count("holds")} of five hold, ${count("not_yet")} not yet`);
    if (result.states.in_tree !== "holds") return verdict("yellow", say("还没排好", "Not in yet"), held);
    return verdict("green", say("没有被改过", "Unchanged"), held);
  };

  const show = async (file) => {
    out.replaceChildren();
    try {
      if (file.size > 262144) throw new Error("too long");
      const result = await YuxinReceipt.check(await file.text(), policy);
      out.append(summary(result), contents(result), answers(result));
    } catch (problem) {
      out.append(verdict("red", say("不是凭证", "No receipt"), say("这个文件不是凭证。请选下载的 receipt.json。", "This file is no receipt. Choose the receipt.json you downloaded.")));
    }
    out.scrollIntoView({ block: "start" });
  };
  document.getElementById("receipt-file").addEventListener("change", (event) => {
    if (event.target.files.length) show(event.target.files[0]);
  });
  document.getElementById("receipt-print").addEventListener("click", () => window.print());
})();
