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

    func run() async throws {
        let (cluster, run) = Attachment.parts(of: place)
        let attachment = try await Attachment(cluster: cluster)
        let runs = try await attachment.runs()
        let location = "\(attachment.site.workdir)/runs on \(attachment.site.host.name)"
        guard let run else {
            guard !runs.isEmpty else { return Terminal.complain("no runs lie in \(location)") }
            let table = Table(
                header: ["RUN", "STATE"], rows: runs.map { [$0.run, $0.hasEnded ? "ended" : "open"] })
            return Terminal.print(table.text)
        }
        let found = try Attachment.choose(run, of: runs, place: location)
        let record = try await attachment.attach(found, home: home)
        let jobs = try record.watched()
        Terminal.print(record.summary.run)
        Terminal.complain(JobTable.summary(jobs, of: record.plan?.jobCount == 0 ? "stage runs" : "jobs"))
        guard record.summary.ended == nil else { return }
        let look = try await LeaseFolder(paths: record.paths).look(on: record.site.host)
        if let lease = look.lease, !lease.isGivenBack, lease.expires > look.now {
            Terminal.complain(lease.words(of: record.summary.run))
        } else {
            Terminal.complain("nobody leads it; to go on with it: muster watch \(record.summary.run)")
        }
    }
}
