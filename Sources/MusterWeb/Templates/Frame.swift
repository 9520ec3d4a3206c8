extension Templates {
    /// Around each page.
    static let frame = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} · muster</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/style.css">
        <script src="/assets/script.js" defer></script>
        </head>
        <body data-live="{{live}}" data-up="{{up}}">
        <header class="bar">
        <a class="brand" href="/">muster</a>
        <nav aria-label="Where you are">{{#crumbs}}<span class="sep" aria-hidden="true">/</span><a href="{{path}}">{{name}}</a>{{/crumbs}}</nav>
        <span class="state" id="state" role="status"></span>
        <button class="key" id="help-button" type="button" hidden title="Keys">?</button>
        </header>
        <main>
        {{#parts}}
        <section id="{{id}}" class="part {{style}}">{{{html}}}</section>
        {{/parts}}
        </main>
        <dialog id="help"><h2>Keys</h2><dl>
        <dt>j k</dt><dd>next, previous row</dd><dt>Enter</dt><dd>open it</dd><dt>/</dt><dd>search</dd>
        <dt>u</dt><dd>one page up</dd><dt>n p</dt><dd>next, previous job</dd><dt>?</dt><dd>this list</dd><dt>Esc</dt><dd>close it</dd>
        </dl></dialog>
        </body>
        </html>
        """

    /// A page that only says something.
    static let message = """
        <div class="message"><h1>{{title}}</h1><p>{{words}}</p>{{#command}}<pre>{{command}}</pre>{{/command}}</div>
        """

    /// All runs.
    static let runs = """
        <div class="head"><h1>Runs</h1>
        <form method="get" action="/" role="search"><input id="search" type="search" name="q" value="{{query}}" placeholder="Search: name, cluster, outcome" aria-label="Search runs"></form></div>
        {{^rows}}<p class="empty">{{empty}}</p>{{/rows}}
        {{#hasRows}}<form method="get" action="/compare">
        <div class="scroll"><table id="runs-table" class="sortable rows">
        <thead><tr><th class="pick"><span class="hidden">Compare</span></th><th>Sweep</th><th>Run</th><th>Cluster</th><th>Begun</th><th class="num">Took</th><th class="wide">Jobs</th><th class="num">All</th><th class="num">Failed</th><th class="num">Running</th></tr></thead>
        <tbody>{{#rows}}<tr data-href="{{path}}">
        <td class="pick"><input type="checkbox" name="run" value="{{run}}" aria-label="Compare {{run}}"></td>
        <td><a href="{{path}}"><strong>{{sweep}}</strong></a></td><td class="mono"><a href="{{path}}">{{run}}</a></td><td>{{cluster}}</td>
        <td data-sort="{{begunSort}}"><time datetime="{{begunSort}}">{{begun}}</time></td><td class="num" data-sort="{{tookSort}}">{{took}}</td>
        <td class="wide" data-sort="{{doneSort}}">{{{bar}}}<span class="hidden">{{words}}</span></td>
        <td class="num">{{jobs}}</td><td class="num{{#hasFailed}} bad{{/hasFailed}}">{{failed}}</td><td class="num">{{running}}</td>
        </tr>{{/rows}}</tbody></table></div>
        <p class="foot"><button type="submit">Compare two</button>{{#omitted}} <span class="dim">{{omitted}}</span>{{/omitted}} <a class="dim" href="/api/runs">JSON</a> <a class="dim" href="/metrics">metrics</a></p>
        </form>{{/hasRows}}
        """

    /// What a run comes to.
    static let summary = """
        <div class="head"><h1>{{sweep}} <span class="pill pill-{{style}}">{{standing}}</span></h1>
        <p class="links"><a href="{{report}}">Report</a>{{#previous}}<a href="{{previous}}">Compare with the run before</a>{{/previous}}<a href="{{api}}">JSON</a></p></div>
        <dl class="facts"><div><dt>Run</dt><dd class="mono">{{run}}</dd></div><div><dt>Cluster</dt><dd>{{cluster}}</dd></div><div><dt>Begun</dt><dd><time datetime="{{begunISO}}">{{begun}}</time></dd></div><div><dt>{{tookWord}}</dt><dd>{{took}}</dd></div>{{#config}}<div><dt>Config</dt><dd class="mono">{{config}}</dd></div>{{/config}}</dl>
        <div class="big">{{{bar}}}</div>
        <ul class="legend">{{#counts}}<li><a href="{{path}}"><i class="dot dot-{{style}}"></i><b>{{count}}</b> {{word}}</a></li>{{/counts}}</ul>
        {{#progress}}<p class="progress"><b>{{percent}}</b> done{{#left}}, about <b>{{left}}</b> left{{/left}}</p>{{/progress}}
        {{#notices}}<p class="notice">{{.}}</p>{{/notices}}
        """

    /// Scenes by points.
    static let field = """
        <div class="head"><h2>Jobs by {{by}}</h2>
        <p class="tabs">{{#tabs}}<a href="{{path}}"{{#isChosen}} aria-current="true"{{/isChosen}}>{{name}}</a>{{/tabs}}</p></div>
        <div class="scroll tall" id="field-scroll">{{{svg}}}</div>
        {{#scale}}<p class="scale"><span>{{least}}</span>{{#shades}}<i class="swatch shade-{{.}}"></i>{{/shades}}<span>{{most}}</span>{{#isLogarithmic}}<span class="dim">equal steps are equal ratios</span>{{/isLogarithmic}}</p>{{/scale}}
        {{#omitted}}<p class="dim">{{omitted}}</p>{{/omitted}}
        """

    /// The nodes' time line.
    static let nodes = """
        <h2>Nodes</h2>
        <div class="scroll tall" id="nodes-scroll">{{{svg}}}</div>{{#omitted}}<p class="dim">{{omitted}}</p>{{/omitted}}
        """

    /// Failures by what they have in common.
    static let failures = """
        <h2>Failures</h2>
        {{#groups}}<details id="failure-{{number}}" class="failure"{{#isFirst}} open{{/isFirst}}>
        <summary><span class="pill pill-{{style}}">{{count}} × {{outcome}}</span> {{#stage}}in <b>{{stage}}</b>{{/stage}} {{exit}} <code>{{line}}</code></summary>
        <p class="names">{{jobsWord}}: {{#jobs}}<a href="{{path}}">{{name}}</a> {{/jobs}}{{#more}}<a class="dim" href="{{more}}">and {{rest}} more</a>{{/more}}</p>
        {{#nodes}}<p>On {{nodes}}</p>{{/nodes}}
        {{#distinctions}}<p>Only where <b>{{name}}</b> is <code>{{value}}</code>: all of these, and none that succeeded.</p>{{/distinctions}}
        {{#changes}}<p>Since <a href="{{path}}">{{job}}</a> worked: {{#list}}<br><b>{{what}}</b> <code>{{before}}</code> → <code>{{now}}</code>{{/list}}</p>{{/changes}}
        {{#hasWords}}<pre>{{words}}</pre>{{/hasWords}}
        {{#advice}}<p class="advice">{{words}}</p>{{#text}}<pre>{{text}}</pre>{{/text}}{{/advice}}
        </details>{{/groups}}
        """

    /// The table of jobs.
    static let jobs = """
        <div class="head"><h2>{{title}}</h2>
        <form method="get" action="{{action}}" role="search">{{#by}}<input type="hidden" name="by" value="{{by}}">{{/by}}{{#is}}<input type="hidden" name="is" value="{{is}}">{{/is}}<input id="search" type="search" name="q" value="{{query}}" placeholder="Search: job, node, cause" aria-label="Search jobs"></form></div>
        {{#filter}}<p class="dim">Only {{filter}}. <a href="{{all}}">Show all</a></p>{{/filter}}
        <div class="scroll"><table id="jobs-table" class="sortable rows"><thead><tr><th>Job</th><th>Outcome</th><th class="num">Duration</th><th class="num">Memory</th>{{#hasGPU}}<th class="num">GPU memory</th>{{/hasGPU}}<th>Node</th><th class="num">Attempts</th><th>Remark</th></tr></thead>
        <tbody>{{#rows}}<tr data-href="{{path}}"><td><a href="{{path}}">{{id}}</a></td><td><span class="pill pill-{{style}}">{{standing}}</span></td><td class="num" data-sort="{{durationSort}}">{{duration}}</td><td class="num" data-sort="{{memorySort}}">{{memory}}</td>{{#gpu}}<td class="num" data-sort="{{sort}}">{{text}}</td>{{/gpu}}<td>{{node}}</td><td class="num">{{attempts}}</td><td class="remark" title="{{remark}}">{{remark}}</td></tr>{{/rows}}</tbody></table></div>
        {{#pages}}<p class="foot">{{#before}}<a href="{{before}}">Before</a> {{/before}}<span class="dim">{{words}}; typing a search and the heads above go by these, Enter searches all</span>{{#after}} <a href="{{after}}">After</a>{{/after}}</p>{{/pages}}
        """
}
