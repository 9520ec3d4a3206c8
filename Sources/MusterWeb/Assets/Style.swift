extension Assets {
    /// The style sheet: colours of outcomes are told apart by lightness too, and cells carry signs.
    static let style =
        colours + """
            *{box-sizing:border-box}
            html{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--text);background:var(--ground);-webkit-text-size-adjust:100%}
            body{margin:0}
            main{max-width:1280px;margin:0 auto;padding:18px 20px 60px;display:grid;gap:16px}
            h1{font-size:1.5rem;line-height:1.25;margin:0;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
            h2{font-size:1.02rem;margin:0 0 8px;font-weight:650}
            h3{font-size:.9rem;margin:14px 0 6px;font-weight:600}
            p{margin:8px 0}a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
            a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
            pre,code,.mono{font-family:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
            pre{background:var(--well);border:1px solid var(--line);border-radius:8px;padding:10px 12px;overflow:auto;margin:8px 0;max-height:28em;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.45}
            pre.log{max-height:34em}
            .bar{display:flex;align-items:center;gap:10px;padding:9px 20px;background:var(--bar);color:var(--bar-text);position:sticky;top:0;z-index:2}
            .bar a{color:inherit}.brand{font-weight:700;letter-spacing:.01em}.bar nav{flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:.93em}
            .bar .sep{opacity:.7;margin:0 8px 0 0}.bar nav a{margin-right:8px}
            .state{font-size:.82em;opacity:.85;white-space:nowrap}.state::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;margin-right:6px;background:transparent}
            .state.on::before{background:#4cc38a}.state.off::before{background:#e5a23d}
            .key{font:inherit;font-size:.82em;border:1px solid currentColor;border-radius:6px;background:none;color:inherit;padding:1px 8px;opacity:.8;cursor:pointer}
            .part{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;min-width:0}
            .head{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:baseline;justify-content:space-between;margin-bottom:8px}
            .head>*{margin:0}.head h1 .pill{vertical-align:.16em;margin-left:4px}
            .links a{margin-left:16px;font-size:.93em}
            .links a:first-child{margin-left:0}
            .facts{display:flex;flex-wrap:wrap;gap:4px 28px;margin:0 0 12px}.facts div{min-width:0}.facts dt{color:var(--dim);font-size:.78em;text-transform:uppercase;letter-spacing:.05em}.facts dd{margin:0;overflow-wrap:anywhere}
            .dim,.empty{color:var(--dim)}.empty{padding:6px 0}
            .big{margin:4px 0}.fluid{width:100%;height:auto;display:block}.big .fluid{border-radius:7px}.names a{display:inline-block;margin-right:14px}
            .legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;padding:0;margin:10px 0 0}.legend a{color:inherit}
            .dot{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:5px}
            .progress{font-size:1.05em;margin:10px 0 0}
            .notice{border-left:3px solid var(--warn);background:var(--warn-ground);padding:6px 12px;border-radius:0 6px 6px 0;overflow-wrap:anywhere}
            .advice{margin-top:12px}
            .tabs{display:flex;flex-wrap:wrap;gap:4px}.tabs a{padding:2px 10px;border-radius:99px;font-size:.88em;color:var(--dim);border:1px solid transparent}
            .tabs a[aria-current]{background:var(--chosen);color:var(--text);border-color:var(--line);font-weight:600}.tabs a:hover{text-decoration:none;border-color:var(--line)}
            .scroll{overflow-x:auto;position:relative}.tall{overflow:auto;max-height:70vh}
            .scale{display:flex;align-items:center;gap:2px;font-size:.86em;margin:10px 0 0}.scale span:first-child{margin-right:8px}.scale .swatch+span,.scale .dim{margin-left:8px}.swatch{width:24px;height:12px;border-radius:2px}
            table{border-collapse:collapse;width:100%;font-size:.93em}th{text-align:left;font-weight:600;color:var(--dim);font-size:.88em;border-bottom:1px solid var(--line);padding:5px 10px;white-space:nowrap}
            td{padding:6px 10px;border-bottom:1px solid var(--hair);vertical-align:middle}tbody tr:last-child td{border-bottom:0}
            .num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td time{white-space:nowrap;font-variant-numeric:tabular-nums}
            .pick{width:30px;padding-right:0}.wide{min-width:150px}.bad{color:var(--bad);font-weight:650}
            .rows tbody tr:hover{background:var(--hover)}.rows tbody tr.chosen{background:var(--hover);box-shadow:inset 3px 0 var(--accent)}
            .remark{color:var(--dim);max-width:26em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
            .sortable.able th:not(.pick){cursor:pointer}.sortable th[aria-sort]::after{content:" ↑";color:var(--accent)}.sortable th[aria-sort=descending]::after{content:" ↓"}
            .foot{display:flex;gap:16px;align-items:center;margin:12px 0 0}.foot .dim{font-size:.93em}
            button,input[type=search]{font:inherit;color:inherit;border:1px solid var(--line);border-radius:8px;background:var(--well);padding:4px 12px}
            button{cursor:pointer}button:hover{border-color:var(--accent)}input[type=search]{min-width:17em;max-width:100%}
            .pill{display:inline-block;font-size:.8rem;font-weight:600;line-height:1.35;padding:1px 9px;border-radius:99px;white-space:nowrap;letter-spacing:0}
            .failure{border:1px solid var(--line);border-radius:8px;padding:8px 12px;margin:8px 0}.failure summary{cursor:pointer;overflow-wrap:anywhere}.failure summary code{color:var(--dim)}
            #report h2{margin-top:24px}td.wide svg{vertical-align:middle;margin-right:6px}
            .peak{stroke:var(--text);stroke-width:1.4;opacity:.55}
            .attempt+.attempt{border-top:1px solid var(--line);margin-top:18px;padding-top:16px}
            .curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:14px;margin-top:12px}figure{margin:0;min-width:0}figcaption{font-size:.86em;color:var(--dim);font-weight:600}
            .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:10px 28px}.two h2{margin:0}.two p{margin:2px 0}
            .gone{color:var(--bad)}.new{color:var(--good)}tr.other{background:var(--warn-ground)}
            .message{max-width:40em;margin:8vh auto;text-align:center}
            .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
            dialog{border:1px solid var(--line);border-radius:12px;background:var(--card);color:inherit;padding:18px 24px}dialog::backdrop{background:rgb(0 0 0/.4)}
            dialog dl{display:grid;grid-template-columns:auto 1fr;gap:6px 20px;margin:0}dialog dt{font-family:ui-monospace,monospace;font-weight:600}dialog dd{margin:0}
            .part.fresh{animation:fresh .9s ease-out}@keyframes fresh{from{border-color:var(--accent)}}
            svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--text)}svg text.axis{fill:var(--dim);font-size:11px}svg text.sign{font-size:11px;font-weight:700;pointer-events:none}
            svg a:focus-visible{outline:none}svg a:focus-visible .cell,svg a:hover .cell{stroke:var(--text);stroke-width:2}
            .grid{stroke:var(--line);stroke-width:1}.curve{fill:none;stroke:var(--accent);stroke-width:1.8;stroke-linejoin:round}.area{fill:var(--accent);opacity:.14}.limit{stroke:var(--bad);stroke-width:1.2;stroke-dasharray:5 4}
            .band0{fill:var(--well)}.band1{fill:var(--hover)}
            .fill-track{fill:var(--track)}.fill-head{fill:var(--chosen)}.fill-accent{fill:var(--accent)}.fill-none{fill:var(--track)}
            @media (max-width:640px){main{padding:12px 10px 40px}.part{padding:12px}input[type=search]{min-width:0;width:100%}.bar{padding:9px 12px}}
            @media (prefers-reduced-motion:reduce){.part.fresh{animation:none}}
            @media print{.bar,form input,button,.tabs{display:none}.part{border:0;padding:0}}

            """
}
