import ArgumentParser
import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Keep contents of files by their checksums, here and elsewhere.",
        discussion: """
            A content is named by a SHA-256 or the beginning of one, by an execution (a program's id, RUN, RUN/JOB), or by the \
            path that a file had when it was recorded. A PLACE is a folder here, CLUSTER:FOLDER, or \
            ssh://[USER@]HOST[:PORT]/FOLDER. The store is in the state folder, or where MUSTER_STORE says.
            """,
        subcommands: [
            Add.self, Get.self, List.self, Verify.self, StorePushCommand.self, StorePullCommand.self, Prune.self,
        ], defaultSubcommand: List.self)

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put files into the store, and record who did; print checksums and where they lie.")
        @Argument(help: "Files, or folders with all that is in them.") var files: [String]
        @Option(help: "What they are: a word such as Table or Figure.") var type = "file"
        @Option(help: "What for.") var description = ""

        func run() throws { try StoreAdding(type: type, description: description).add(files) }
    }

    struct Get: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put contents of the store into a folder, as files of your own.",
            discussion:
                "Of an execution what it made comes. Files have the names that they had below its folder; what differs there is not replaced."
        )
        @Argument(help: "Contents, executions, or paths as they were.") var names: [String]
        @Option(help: "The folder.") var to: String
        @Flag(help: "Of executions, also what they read.") var inputs = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let store = ContentStore()
            let names = StoreNames(history: history, store: store)
            let roles: Set<AssetRole> = inputs ? [.input, .output] : [.output]
            let found = try self.names.flatMap { try names.find($0, roles: roles) }
            let came = ContentGiving(store: store, target: Places.absolute(to)).give(found)
            Terminal.complain(came.words)
            if !came.isComplete { throw ExitStatus.someFailed }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what the store has, the largest first.")
        @Flag(help: "Only what nothing in the history names.") var orphans = false
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let store = ContentStore()
            let known = try RunRecord.openHistory().contents()
            let rows = try store.contents().map { ($0, known[$0.sum]) }.filter { !orphans || $0.1 == nil }
                .sorted { ($1.0.size, $0.0.sum) < ($0.0.size, $1.0.sum) }
            StoreText.list(rows, folder: store.folder, json: json)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read all that the store has, and name what is damaged; exit status 1 when something is.")
        @Option(help: "Take what is damaged here from this place.") var mend: String?
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws { try await StoreVerifying(store: ContentStore()).run(mend: mend, json: json) }
    }

    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove what nothing in the history names; what came within the last hour stays.")
        @Option(help: "Also what nothing was told to use since: a date, or an age such as 90d. Data sets keep theirs.")
        var unusedSince: String?
        @Flag(
            help:
                "Also what came within the last hour, and with --yes what came in part: nothing may be putting files into the store now."
        )
        var fresh = false
        @Flag(help: "Change nothing; say what would go.") var dryRun = false
        @OptionGroup var consent: Consent

        func run() throws {
            let limit = try unusedSince.map { try FilterOptions.moment($0, option: "--unused-since", now: .now) }
            try StorePruning(store: ContentStore(), unusedSince: limit, takesFresh: fresh).run(
                consent, isDry: dryRun)
        }
    }
}

/// How contents travel, as options say it.
struct StoreTravel: ParsableArguments {
    @Argument(help: "A folder here, CLUSTER:FOLDER, or ssh://[USER@]HOST[:PORT]/FOLDER.") var place: String
    @Argument(help: "Contents, executions with what they read and made, or paths as they were; without, all.")
    var names: [String] = []
    @Option(help: "The most bytes a second, such as 20M.") var bandwidth: String?
    @Option(help: "How often a content or a part of one is tried.") var tries = TransferTerms().tries
    @Flag(help: "Print a JSON object with what came of it.") var json = false
    @OptionGroup var consent: Consent

    func validate() throws {
        guard (1...100).contains(tries) else { throw ValidationError("--tries is a number from 1 to 100") }
    }

    var terms: TransferTerms {
        get throws {
            var terms = TransferTerms()
            terms.tries = tries
            if let bandwidth {
                guard let rate = ByteCount(parsing: bandwidth), rate.bytes > 0 else {
                    throw ExitStatus.usage("--bandwidth '\(bandwidth)' is no amount a second such as 20M")
                }
                terms.bandwidth = rate
            }
            return terms
        }
    }

    /// The contents that are named, each once; nil for all.
    func sums(_ store: ContentStore) throws -> [String]? {
        guard !names.isEmpty else { return nil }
        let known = StoreNames(history: try RunRecord.openHistory(), store: store)
        return Array(
            Set(
                try names.flatMap { name in
                    // What only the other side has is named by its whole checksum.
                    ContentName.isWhole(name) && store.size(name) == nil ? [name] : try known.find(name).map(\.sum)
                })
        ).sorted()
    }
}

struct StorePushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Send contents to another store: what it lacks, verified there.")
    @OptionGroup var travel: StoreTravel
    @Flag(help: "Read again what is there, and send what is damaged.") var verify = false

    func run() async throws {
        let store = ContentStore()
        let sums = try travel.sums(store) ?? store.contents().map(\.sum)
        let push = StorePush(
            home: store, place: try await StorePlace.find(travel.place), terms: try travel.terms, verify: verify,
            consent: travel.consent)
        try StoreText.tell(try await push.run(sums), "travelled", json: travel.json)
    }
}

struct StorePullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Bring contents of another store home: what is missing here, verified here.")
    @OptionGroup var travel: StoreTravel

    func run() async throws {
        let store = ContentStore()
        let sums = try travel.sums(store)
        let pull = StorePull(
            home: store, place: try await StorePlace.find(travel.place), terms: try travel.terms,
            consent: travel.consent)
        try StoreText.tell(try await pull.run(sums), "came", json: travel.json)
    }
}
