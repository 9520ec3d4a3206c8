import ArgumentParser
import MusterCluster
import MusterCore

struct ProductsBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Make products, and of what they are made only what is missing or stale.",
        discussion: """
            What is made lies in the store of the output folder, from where a later 'muster run' takes it over. \
            --all makes what nothing else is made of, which is everything: it is 'muster run'.
            """)
    @OptionGroup var options: ConfigOptions
    @Argument(help: "Products; a stage that declares none goes by its own name.") var names: [String] = []
    @Flag(help: "Make everything, as 'muster run' does.") var all = false
    @OptionGroup var consent: Consent
    @Flag(help: "Start another run although one of this sweep has not ended.") var new = false
    @Flag(help: "Print one JSON object at the end.") var json = false

    func validate() throws {
        if names.isEmpty == !all { throw ValidationError("name products, or say --all") }
    }

    func run() async throws {
        guard !all else {
            return try await RunCommand.run(options, new: new, json: json, consent: consent)
        }
        let planned = try await Planned.make(try LoadedConfig.read(options)) { "\($0.workdir)/runs/RUN" }
        try await Self.build(names, of: planned, new: new, json: json)
    }

    /// Makes the products of a planned sweep, watches, and says what came of it.
    static func build(_ names: [String], of planned: Planned, new: Bool, json: Bool) async throws {
        let build = try await ProductBuild(names, of: planned)
        Terminal.complain(build.text)
        guard !build.isDone else {
            if json { Terminal.print(build.json(run: nil, rows: []).line) }
            return
        }
        let name = try await build.run(new: new)
        Terminal.complain("run \(name)")
        try await Watching.watch(name)
        let rows = try await RunRecord.open(name).watched()
        Terminal.print(json ? build.json(run: name, rows: rows).line : JobTable.text(rows))
        if !json { Terminal.complain(JobTable.summary(rows, of: "stage runs")) }
        if let status = JobTable.status(rows) { throw status }
    }
}

struct ProductsInvalidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invalidate",
        abstract: "Have products stop counting, with all that is made of them; their files stay to be read.",
        discussion: """
            A product that several jobs share is one, so all that share it are meant. The next run makes anew what counts no \
            more, and keeps a result that was published before beside it, as .NAME.old.RUN.
            """)
    @OptionGroup var options: ConfigOptions
    @Argument(help: "Products.") var names: [String]
    @OptionGroup var choice: JobChoice
    @OptionGroup var consent: Consent
    @Flag(help: "Although a run of this sweep has not ended.") var new = false
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let sweep = try await SweepProducts.look(options, makers: false)
        let act = try ProductInvalidation(names, in: try choice.choose(from: sweep.plan), of: sweep)
        try consent.ask(act.text)
        let done = try await act.run(force: new)
        if json { return Terminal.print(done.json.line) }
        Terminal.print("\(act.text)\n\(ProductInvalidation.words(done))")
    }
}

struct ProductsRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Make products anew though they are there: invalidate, then build.")
    @OptionGroup var options: ConfigOptions
    @Argument(help: "Products.") var names: [String]
    @OptionGroup var consent: Consent
    @Flag(help: "Start another run although one of this sweep has not ended.") var new = false
    @Flag(help: "Print one JSON object at the end.") var json = false

    func run() async throws {
        let sweep = try await SweepProducts.look(options, makers: false)
        // What can't be built is told before anything stops counting.
        _ = try await ProductBuild(names, of: sweep.planned)
        let act = try ProductInvalidation(names, in: sweep.plan.jobs, of: sweep)
        try consent.ask(act.text)
        let done = try await act.run(force: new)
        Terminal.complain("\(act.text)\n\(ProductInvalidation.words(done))")
        try await ProductsBuildCommand.build(names, of: sweep.planned, new: new, json: json)
    }
}
