extension Templates {
    /// What a job is and where it stands.
    static let job = """
        <div class="head"><h1>{{id}} <span class="pill pill-{{style}}">{{standing}}</span></h1>
        <p class="links">{{#before}}<a rel="prev" href="{{before}}">Previous</a>{{/before}}{{#after}}<a rel="next" href="{{after}}">Next</a>{{/after}}<a href="{{api}}">JSON</a></p></div>
        <dl class="facts"><div><dt>Scene</dt><dd>{{scene}}</dd></div>{{#values}}<div><dt>{{name}}</dt><dd class="mono">{{value}}</dd></div>{{/values}}<div><dt>Result</dt><dd class="mono">{{output}}</dd></div></dl>
        {{#progress}}<p class="progress"><b>{{percent}}</b> done{{#left}}, about <b>{{left}}</b> left{{/left}}</p>{{/progress}}
        {{#message}}<p class="dim">{{message}}</p>{{/message}}
        """

    /// A job's attempts, each with stages and curves.
    static let attempts = """
        {{^hasAttempts}}<p class="empty">{{none}}</p>{{/hasAttempts}}
        {{#attempts}}<article class="attempt"><div class="head"><h2>Attempt {{number}} <span class="pill pill-{{style}}">{{outcome}}</span></h2><p class="dim">{{where}}</p></div>
        {{#why}}<p>Tried again: {{why}}</p>{{/why}}{{#cause}}<p class="notice">{{cause}}</p>{{/cause}}{{#gpuErrors}}<p class="notice">{{.}}</p>{{/gpuErrors}}
        {{#hasStages}}<div class="scroll"><table><thead><tr><th>Stage</th><th>Outcome</th><th class="num">Duration</th><th class="num">Memory</th><th class="num">GPU memory</th><th class="num">GPU</th><th class="num">CPU</th><th class="num">Read</th><th class="num">Written</th><th class="wide">Done</th></tr></thead>
        <tbody>{{#stages}}<tr><td>{{name}}</td><td><span class="pill pill-{{style}}">{{outcome}}</span></td><td class="num">{{duration}}</td><td class="num">{{memory}}</td><td class="num">{{gpuMemory}}</td><td class="num">{{gpu}}</td><td class="num">{{cpu}}</td><td class="num">{{read}}</td><td class="num">{{written}}</td><td class="wide">{{{bar}}} {{done}}</td></tr>{{/stages}}</tbody></table></div>{{/hasStages}}
        {{#hasCurves}}<div class="curves">{{#curves}}<figure><figcaption>{{title}}</figcaption>{{{svg}}}</figure>{{/curves}}</div>{{/hasCurves}}
        {{#words}}<h3>Last words</h3><pre>{{words}}</pre>{{/words}}
        </article>{{/attempts}}
        """

    /// The end of a job's log.
    static let log = """
        <div class="head"><h2>Log</h2><p class="links"><a href="{{path}}">More of it</a></p></div>
        {{#message}}<p class="empty">{{message}}</p>{{/message}}
        {{#tails}}<h3>{{stage}} <span class="dim">{{lane}}{{#isRunning}}, still writing{{/isRunning}}{{#isCut}}, the end of it{{/isCut}}</span></h3><pre class="log" data-end>{{text}}</pre>{{/tails}}
        """

    /// Two runs.
    static let comparison = """
        <div class="head"><h1>Two runs</h1></div>
        <div class="two">{{#runs}}<div><h2><a href="{{path}}">{{sweep}}</a></h2><p class="mono dim">{{run}}</p><div class="big">{{{bar}}}</div><p class="dim">{{words}}</p></div>{{/runs}}</div>
        <p>{{#ratio}}The second took <b>{{ratio}}</b> times as long as the first, in the middle of the jobs that both did. {{/ratio}}{{words}}</p>
        <h2>What was asked otherwise</h2>
        {{^hasChanges}}<p class="empty">Nothing: both plans ask the same.</p>{{/hasChanges}}
        {{#hasChanges}}<div class="scroll"><table><thead><tr><th>What</th><th>First</th><th>Second</th></tr></thead><tbody>{{#changes}}<tr><td class="mono">{{what}}</td><td class="mono gone">{{before}}</td><td class="mono new">{{now}}</td></tr>{{/changes}}</tbody></table></div>{{/hasChanges}}
        {{#only}}<p>{{words}}: <span class="mono">{{list}}</span></p>{{/only}}
        <h2>Jobs of both</h2>
        <div class="scroll"><table id="pairs-table" class="sortable rows"><thead><tr><th>Job</th><th>First</th><th>Second</th><th class="num">Duration</th><th class="num">then</th><th class="num">Memory</th><th class="num">then</th></tr></thead>
        <tbody>{{#pairs}}<tr data-href="{{path}}"{{#isOther}} class="other"{{/isOther}}><td><a href="{{path}}">{{id}}</a></td><td><span class="pill pill-{{firstStyle}}">{{first}}</span></td><td><span class="pill pill-{{secondStyle}}">{{second}}</span></td><td class="num" data-sort="{{firstSecondsSort}}">{{firstSeconds}}</td><td class="num" data-sort="{{secondSecondsSort}}">{{secondSeconds}}</td><td class="num" data-sort="{{firstPeakSort}}">{{firstPeak}}</td><td class="num" data-sort="{{secondPeakSort}}">{{secondPeak}}</td></tr>{{/pairs}}</tbody></table></div>
        {{#omitted}}<p class="dim">{{omitted}}</p>{{/omitted}}
        """

    /// A report.
    static let report = """
        <div class="head"><h1>{{title}}</h1></div>
        {{#parts}}{{#heading}}<h2>{{heading}}</h2>{{/heading}}{{#words}}<p>{{words}}</p>{{/words}}{{#hasItems}}<ul>{{#items}}<li>{{.}}</li>{{/items}}</ul>{{/hasItems}}{{#code}}<pre>{{code}}</pre>{{/code}}{{#table}}<div class="scroll"><table><thead><tr>{{#header}}<th{{#isNumber}} class="num"{{/isNumber}}>{{text}}</th>{{/header}}</tr></thead><tbody>{{#rows}}<tr>{{#cells}}<td{{#isNumber}} class="num"{{/isNumber}}>{{text}}</td>{{/cells}}</tr>{{/rows}}</tbody></table></div>{{/table}}{{/parts}}
        """
}
