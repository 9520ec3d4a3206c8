import ArgumentParser
import MusterCluster
import MusterCore
import MusterHistory

struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Make a run known here that was submitted elsewhere, from its folder on the cluster.",
        discussion: "Without RUN the runs that lie there are listed. Done again it only brings home what is new.")
    @Argument(
        help: "CLUSTER or CLUSTER:RUN: the cluster by name or path; the run's id, a unique beginning of it, or 'last'.")
    var place: String
    @Option(help: "Where results come home; without, SWEEP/RUN below the working folder.") var home: String?
    @Option(
        name: .customLong("moved"),
        help: ArgumentHelp(
            "A folder that was moved since the run was submitted: results, inputs, programs. May be given several times.",
            valueName: "OLD=NEW"))
    var moved: [String] = []
    @Flag(help: "Of a run that was moved: although somebody else leads it, whose machine is lost.") var takeOver = false

    /// What `--moved` says.
    private func moves() throws -> [Relocation.Move] {
        try moved.map { text in
            guard let move = Relocation.Move(text) else {
                throw ExitStatus.usage("--moved takes two absolute paths, OLD=NEW, and not '\(text)'")
            }
            return move
        }
    }

    func run() async throws {
        let moves = try moves()
        let (cluster, run) = Attachment.parts(of: place)
        let attachment = try await Attachment(cluster: cluster)
        let runs = try await attachment.runs()
        let location = "\(attachment.site.workdir)/runs on \(attachment.site.host.name)"
        guard let run else {
            guard moves.isEmpty else { throw ExitStatus.usage("--moved is about one run: CLUSTER:RUN") }
            guard !runs.isEmpty else { return Terminal.complain("no runs lie in \(location)") }
            let table = Table(
                header: ["RUN", "STATE"], rows: runs.map { [$0.run, $0.hasEnded ? "ended" : "open"] })
            return Terminal.print(table.text)
        }
        let found = try Attachment.choose(run, of: runs, place: location)
        let record = try await attachment.attach(found, home: home, moves: moves, takeOver: takeOver)
        let jobs = try record.watched()
        Terminal.print(record.summary.run)
        Terminal.complain(JobTable.summary(jobs, of: record.plan?.jobCount == 0 ? "stage runs" : "jobs"))
        if let missing = try await attachment.missing(record.summary, scene: jobs.first?.scene.path) {
            Terminal.complain("warning: \(missing)")
        }
        guard record.summary.ended == nil else { return }
        let look = try await LeaseFolder(paths: record.paths).look(on: record.site.host)
        if let lease = look.lease, !lease.isGivenBack, lease.expires > look.now {
            Terminal.complain(lease.words(of: record.summary.run))
        } else {
            Terminal.complain("nobody leads it; to go on with it: muster watch \(record.summary.run)")
        }
    }
}
