import ArgumentParser
import MusterCore
import MusterProducts

struct ProductsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "products", abstract: "See and build the products of a sweep.",
        subcommands: [
            ProductsStatusCommand.self, ProductsBuildCommand.self, ProductsRebuildCommand.self,
            ProductsInvalidateCommand.self, WhatInvalidatesCommand.self, ProductsDagCommand.self,
        ])
}

struct ProductsStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show which products are cached, on disk, stale or missing.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "A line for each job: who made it, when, from what; or why it does not count.") var jobs = false
    @Flag(help: "Print one JSON object; with --jobs each job's products are in it.") var json = false

    func run() async throws {
        let text = ProductsText(sweep: try await .look(options, makers: jobs))
        if json { return Terminal.print(text.json(jobs: jobs).line) }
        Terminal.print(jobs ? text.jobs : text.table)
    }
}

struct WhatInvalidatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "what-invalidates",
        abstract: "Name what is made of a product, directly or not: what counts no more when it does not.")
    @OptionGroup var options: ConfigOptions
    @Argument(help: "The product.") var name: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let products = StageProducts(try LoadedConfig.read(options).spec.pipeline.stages)
        let found = products.invalidated(by: [try SweepProducts.stage(of: name, products)])
        if json {
            return Terminal.print(
                JSON.object(["schema": 1, "product": .string(name), "invalidates": .strings(found)]).line)
        }
        if found.isEmpty { return Terminal.complain("nothing is made of '\(name)'") }
        Terminal.print(found.joined(separator: "\n"))
    }
}

struct ProductsDagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dag", abstract: "Show what is made out of what, as a table or for Graphviz.",
        discussion: "For a picture: muster products dag CONFIG --dot | dot -Tsvg > products.svg")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Print Graphviz' language, coloured by status.") var dot = false
    @Flag(help: "Do not look at what is there.") var offline = false

    func run() async throws {
        let products: StageProducts
        var census: ProductCensus?
        let title: String
        if offline {
            let spec = try LoadedConfig.read(options).spec
            (products, title) = (StageProducts(spec.pipeline.stages), spec.name)
        } else {
            let sweep = try await SweepProducts.look(options, makers: false)
            (products, title, census) = (sweep.products, sweep.plan.input.sweep, sweep.census)
        }
        let diagram = try SweepProducts.diagram(products, census, title: title)
        Terminal.print(String((dot ? diagram.dot : diagram.table).dropLast()))
    }
}
