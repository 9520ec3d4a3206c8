extension Assets {
    /// What makes pages better where scripts run: they stay up to date, tables sort and filter, keys work. It asks for
    /// nothing but the page's own events.
    static let script = #"""
        "use strict";
        (() => {
        const $ = (selector, within = document) => within.querySelector(selector);
        const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
        const body = document.body;
        const sorted = {};            // table id -> [column, direction]
        let chosen = null;            // address of the chosen row

        // Tables.
        const value = (row, column) => {
          const cell = row.cells[column];
          if (!cell) return "";
          const text = cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent.trim();
          const number = Number(text);
          return text !== "" && !Number.isNaN(number) ? number : text;
        };
        const compare = (a, b) => {
          if (typeof a === "number" && typeof b === "number") return a - b;
          if (a === "" || b === "") return a === "" ? (b === "" ? 0 : -1) : 1;
          return String(a).localeCompare(String(b), undefined, { numeric: true });
        };
        const sort = (table) => {
          const [column, direction] = sorted[table.id] || [];
          if (column === undefined) return;
          $$("th", table).forEach((th, index) => {
            if (index === column) th.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
            else th.removeAttribute("aria-sort");
          });
          const rows = $$("tbody tr", table);
          rows.sort((a, b) => direction * compare(value(a, column), value(b, column)));
          table.tBodies[0].append(...rows);
        };
        const filter = () => {
          const search = $("#search");
          if (!search) return;
          const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
          const section = search.closest(".part");
          $$(".rows tbody tr", section || document).forEach((row) => {
            const text = row.textContent.toLowerCase();
            row.hidden = !words.every((word) => text.includes(word));
          });
        };
        const rows = () => $$(".rows tbody tr").filter((row) => !row.hidden);
        const choose = (row, scroll) => {
          $$("tr.chosen").forEach((old) => old.classList.remove("chosen"));
          chosen = row ? row.dataset.href : null;
          if (!row) return;
          row.classList.add("chosen");
          if (scroll) row.scrollIntoView({ block: "nearest" });
        };
        const prepare = () => {
          $$("table.sortable").forEach((table) => {
            table.classList.add("able");
            $$("th", table).forEach((th) => { if (!th.classList.contains("pick")) th.tabIndex = 0; });
            sort(table);
          });
          if (chosen) choose($$(".rows tbody tr").find((row) => row.dataset.href === chosen), false);
          filter();
        };
        const header = (target) => {
          const th = target.closest && target.closest("table.sortable th");
          if (!th || th.classList.contains("pick")) return false;
          const table = th.closest("table");
          const column = th.cellIndex;
          const old = sorted[table.id];
          const first = th.classList.contains("num") ? -1 : 1;
          sorted[table.id] = old && old[0] === column ? [column, -old[1]] : [column, first];
          sort(table);
          return true;
        };
        document.addEventListener("click", (event) => header(event.target));
        document.addEventListener("input", (event) => { if (event.target.id === "search") filter(); });

        // Parts that the server sends again take the place of the old ones; what the reader did to them stays.
        const replace = (id, html) => {
          const part = document.getElementById(id);
          if (!part) { location.reload(); return; }
          if (part.dataset.html === undefined ? part.innerHTML === html : part.dataset.html === html) return;
          const open = new Map($$("details", part).map((details) => [details.id, details.open]));
          const places = new Map($$(".scroll", part).map((box, index) => [index, [box.scrollLeft, box.scrollTop]]));
          const logs = $$("pre[data-end]", part).map((log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 4);
          const tops = $$("pre[data-end]", part).map((log) => log.scrollTop);
          const search = $("#search", part);
          const old = search && { text: search.value, focused: document.activeElement === search, at: search.selectionStart };
          const picked = new Set($$("input:checked", part).map((box) => box.value));
          const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
          part.innerHTML = html;
          $$("details", part).forEach((details) => { if (open.has(details.id)) details.open = open.get(details.id); });
          $$(".scroll", part).forEach((box, index) => { const at = places.get(index); if (at) [box.scrollLeft, box.scrollTop] = at; });
          $$("pre[data-end]", part).forEach((log, index) => { log.scrollTop = logs[index] === false ? tops[index] : log.scrollHeight; });
          const now = $("#search", part);
          if (now && old) { now.value = old.text; if (old.focused) { now.focus(); now.setSelectionRange(old.at, old.at); } }
          $$("input[type=checkbox]", part).forEach((box) => { box.checked = picked.has(box.value); });
          if (focused) { const link = $$("a", part).find((a) => a.getAttribute("href") === focused); if (link) link.focus({ preventScroll: true }); }
          prepare();
        };
        const state = $("#state");
        const say = (name, words) => { state.className = "state " + name; state.textContent = words; };
        if (body.dataset.live && window.EventSource) {
          const source = new EventSource(body.dataset.live);
          source.addEventListener("open", () => say("on", "live"));
          source.addEventListener("error", () => say("off", "not connected"));
          source.addEventListener("gone", () => { source.close(); say("off", "no longer there"); });
          source.addEventListener("part", (event) => {
            const end = event.data.indexOf("\n");
            const selected = window.getSelection && String(window.getSelection());
            if (selected && document.getElementById(event.data.slice(0, end))?.contains(window.getSelection().anchorNode)) return;
            replace(event.data.slice(0, end), event.data.slice(end + 1));
          });
        }

        // Keys.
        const help = $("#help");
        const button = $("#help-button");
        if (help && help.showModal) {
          button.hidden = false;
          button.addEventListener("click", () => help.showModal());
        }
        const go = (selector) => { const link = $(selector); if (link) location.href = link.getAttribute("href"); };
        document.addEventListener("keydown", (event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || (help && help.open)) return;
          const target = event.target;
          if (target.matches && target.matches("input, textarea, select")) {
            if (event.key === "Escape") { target.value = ""; filter(); target.blur(); }
            return;
          }
          const list = rows();
          const at = list.findIndex((row) => row.classList.contains("chosen"));
          switch (event.key) {
          case "j": if (list.length) choose(list[Math.min(list.length - 1, at + 1)], true); break;
          case "k": if (list.length) choose(list[Math.max(0, at < 0 ? 0 : at - 1)], true); break;
          case "Enter":
            if (header(target)) break;
            // A help that was just closed still has the focus until the page is next drawn.
            if (at < 0 || (target.closest && target.closest("a, button, summary"))) return;
            location.href = list[at].dataset.href;
            break;
          case "/": { const search = $("#search"); if (!search) return; search.focus(); search.select(); break; }
          case "u": location.href = body.dataset.up; break;
          case "n": go("a[rel=next]"); break;
          case "p": go("a[rel=prev]"); break;
          case "?": if (help && help.showModal) help.showModal(); break;
          default: return;
          }
          event.preventDefault();
        });
        $$("pre[data-end]").forEach((log) => { log.scrollTop = log.scrollHeight; });
        prepare();
        })();

        """#
}
