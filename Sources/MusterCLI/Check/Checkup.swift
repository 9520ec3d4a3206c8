import Foundation
import MusterCluster
import MusterCore
import MusterSlurm

/// All checks of a config on its cluster; nothing is submitted and nothing stays behind there.
///
/// What cannot be looked at because something before it is wrong is left out, so that each finding is a cause.
struct Checkup {
    private(set) var findings: [Obstacle] = []

    /// Runs them in the order in which a run would meet the obstacles.
    mutating func look(at options: ConfigOptions) async {
        let loaded: LoadedConfig
        do {
            loaded = try LoadedConfig.read(options)
        } catch {
            findings += Obstacle.wrong("config", error)
            return
        }
        let (spec, cluster) = (loaded.spec, loaded.cluster)
        findings.append(
            .ok(
                "config",
                "'\(spec.name)': stages: \(spec.pipeline.stages.count), points: \(spec.points.count), on '\(cluster.name)'"
            ))
        agent()
        guard let (site, told) = await reach(cluster) else { return }
        var isWhole = true
        let scenes: [Scene]
        do {
            scenes = try await Planned.scenes(loaded, site)
            let root = try? InputPlaces.find(loaded).map { $0.tellsScenes(loaded) ? $0.home : $0.there }
            findings.append(.ok("scenes", "\(scenes.count) in \(spec.single?.path ?? root ?? spec.datasetRoot)"))
        } catch {
            findings += Obstacle.wrong("scenes", error)
            // Stands for any scene, so that what does not depend on it is looked at too.
            scenes = [Scene(name: "SCENE", path: "\(spec.datasetRoot)/SCENE")]
            isWhole = false
        }
        if isWhole { await inputs(loaded, site, scenes) }
        var destination = Destination(capacity: .unknownLocal)
        do {
            destination = try await place(loaded, site, told)
        } catch {
            findings += Obstacle.wrong("partition", error)
            isWhole = false
        }
        let planned: Planned
        do {
            var made = try Planned.plan(loaded, site, scenes, destination) { "\($0.workdir)/runs/RUN" }
            if isWhole {
                made.partitions = try destination.partitions(of: made.plan, loaded)
                partitions(made)
                limits(made)
            }
            planned = made
        } catch {
            findings += Obstacle.wrong("limits", error)
            return
        }
        await programs(planned)
        await room(planned)
        await script(planned, submits: isWhole)
    }

    mutating func add(_ finding: Obstacle) { findings.append(finding) }
    mutating func add(_ more: [Obstacle]) { findings += more }

    private mutating func agent() {
        let path = Places.agent
        if FileManager.default.isExecutableFile(atPath: path) { return }
        findings.append(
            .wrong("agent", "there is no agent at \(path)", "put muster-agent beside muster, or set MUSTER_AGENT"))
    }

    /// The cluster's host and, on Slurm, its controller.
    private mutating func reach(_ cluster: ClusterSpec) async -> (Site, SlurmSite?)? {
        do {
            let site = try await Site.open(cluster)
            _ = try await site.host.run("true")
            guard let slurm = site.scheduler as? SlurmScheduler else {
                findings.append(.ok("cluster", "\(site.host.name) answers"))
                return (site, nil)
            }
            let told = try await slurm.site(stated: cluster)
            let version = told.configuration.version.map { " \($0)" } ?? ""
            let partitions = told.partitions.map(\.name).joined(separator: ", ")
            findings.append(.ok("cluster", "\(site.host.name) answers; Slurm\(version) with partitions \(partitions)"))
            for gap in told.gaps {
                findings.append(.warning("cluster", "not known: \(gap)", "say it in the cluster file if it matters"))
            }
            return (site, told)
        } catch {
            findings += Obstacle.wrong("cluster", error)
            return nil
        }
    }

    private mutating func place(_ loaded: LoadedConfig, _ site: Site, _ told: SlurmSite?) async throws -> Destination {
        for warning in (try? ExtraOptions.check(loaded.cluster, loaded.spec)) ?? [] {
            findings.append(.warning("options", "\(warning.location): \(warning.message)", warning.hint ?? ""))
        }
        try Planned.checkNodes(loaded)
        guard let told else { return try await Destination.choose(for: loaded, on: site) }
        return try Destination.choose(for: loaded, told)
    }

    private mutating func partitions(_ planned: Planned) {
        let destination = planned.destination
        guard destination.told != nil else { return }
        var names: [String] = []
        for name in planned.partitions.map({ $0.map { "'\($0)'" } ?? "Slurm's default one" })
        where !names.contains(name) {
            names.append(name)
        }
        let limit = names.count == 1 ? destination.limits?.wallTime : nil
        let time = limit.map { ", at most \(SlurmTimeLimit.seconds($0.value)) (\($0.rule))" } ?? ""
        findings.append(.ok("partition", names.joined(separator: ", ") + time))
        for note in destination.notes { findings.append(.warning("partition", String(note.dropFirst(6)), "")) }
    }

    /// How much is submitted, and how much of it the site lets in at once.
    private mutating func limits(_ planned: Planned) {
        let (plan, limits) = (planned.plan, planned.destination.limits)
        var words = ["\(plan.jobs.count) jobs in \(plan.elements) elements"]
        words += plan.sizes.filter { $0.elements > 0 }.map { "\($0.elements) of \($0.element.text)" }
        if let most = limits?.submitJobs, plan.elements > most.value {
            words.append("\(most.value) at once (\(most.rule)), the others as there is room")
        }
        if let most = limits?.runningJobs { words.append("\(most.value) may run at once (\(most.rule))") }
        findings.append(.ok("limits", words.joined(separator: "; ")))
    }
}
