import Foundation
import MusterCluster
import MusterCore
import MusterSlurm

/// All checks of a config on its cluster; nothing is submitted and nothing stays behind there.
///
/// What cannot be looked at because something before it is wrong is left out, so that each finding is a cause.
struct Checkup {
    private(set) var findings: [Finding] = []

    /// Runs them in the order in which a run would meet the obstacles.
    mutating func look(at options: ConfigOptions) async {
        let loaded: LoadedConfig
        do {
            loaded = try LoadedConfig.read(options)
        } catch {
            findings += Finding.wrong("config", error)
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
            findings.append(.ok("scenes", "\(scenes.count) in \(spec.single?.path ?? spec.datasetRoot)"))
        } catch {
            findings += Finding.wrong("scenes", error)
            // Stands for any scene, so that what does not depend on it is looked at too.
            scenes = [Scene(name: "SCENE", path: "\(spec.datasetRoot)/SCENE")]
            isWhole = false
        }
        let placement: Placement
        do {
            placement = try await place(loaded, site, told)
        } catch {
            findings += Finding.wrong("partition", error)
            let request = Placement.request(loaded)
            let capacity = told?.capacity(of: cluster.partition, for: request)
            placement = Placement(
                capacity: capacity
                    ?? Capacity(cpus: nil, gpus: nil, timeLimit: nil, maxArraySize: 1, isLocal: true))
            isWhole = false
        }
        let planned = Planned.plan(loaded, site, scenes, placement) { "\($0.workdir)/runs/RUN" }
        if isWhole {
            limits(planned)
            do { try placement.verify(planned.plan, loaded) } catch {
                findings += Finding.wrong("limits", error)
                isWhole = false
            }
        }
        await programs(planned)
        await room(planned)
        await script(planned, submits: isWhole)
    }

    mutating func add(_ finding: Finding) { findings.append(finding) }
    mutating func add(_ more: [Finding]) { findings += more }

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
            findings += Finding.wrong("cluster", error)
            return nil
        }
    }

    private mutating func place(_ loaded: LoadedConfig, _ site: Site, _ told: SlurmSite?) async throws -> Placement {
        for warning in (try? ExtraOptions.check(loaded.cluster, gpus: loaded.spec.resources.gpus)) ?? [] {
            findings.append(.warning("options", "\(warning.location): \(warning.message)", warning.hint ?? ""))
        }
        guard let told else { return try await Placement.choose(for: loaded, on: site) }
        let placement = try Placement.choose(for: loaded, told)
        let time = placement.limits?.wallTime.map { ", at most \(SlurmTimeLimit.seconds($0.value)) (\($0.rule))" } ?? ""
        findings.append(.ok("partition", (placement.partition.map { "'\($0)'" } ?? "Slurm's default one") + time))
        for note in placement.notes { findings.append(.warning("partition", String(note.dropFirst(6)), "")) }
        return placement
    }

    /// How much of what is submitted at once the site lets in.
    private mutating func limits(_ planned: Planned) {
        let (plan, limits) = (planned.plan, planned.placement.limits)
        let elements = plan.arrays.reduce(0) { $0 + $1.count }
        let sizes = "\(plan.jobs.count) jobs in \(elements) elements of \(plan.element.text)"
        if let most = limits?.submitJobs, elements > most.value {
            findings.append(
                .warning(
                    "limits", "\(sizes), and the site takes \(most.value) at once (\(most.rule))",
                    "the elements that it takes do all the work; packing: auto asks for fewer"))
            return
        }
        let running = limits?.runningJobs.map { "; \($0.value) may run at once (\($0.rule))" } ?? ""
        findings.append(.ok("limits", sizes + running))
    }
}
