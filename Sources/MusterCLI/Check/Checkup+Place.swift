import MusterCluster
import MusterCore
import MusterSlurm

/// Room for what a run writes, and the script that it submits.
extension Checkup {
    /// Below this much free space a warning is due: a few results fill it.
    private static let leastRoom = ByteCount.mebibytes(1024)

    /// The folder of runs and that of results: may they be written to, and is there room.
    mutating func room(_ planned: Planned) async {
        let (site, plan) = (planned.site, planned.plan)
        do {
            let seen = try await FolderSpace.look(at: [site.workdir, plan.input.outputRoot], on: site.host)
            for (check, folder) in zip(["workdir", "output"], seen) {
                guard folder.isWritable else {
                    add(
                        .wrong(
                            check, "'\(folder.path)' cannot be written to on \(site.host.name)",
                            check == "workdir"
                                ? "set workdir in the cluster file to a folder of yours"
                                : "set experiment.output_root, or --override-output"))
                    continue
                }
                add(space(check, folder, files: Self.files(plan)))
            }
        } catch {
            add(Obstacle.wrong("output", error))
        }
    }

    /// What `stage_in` would send, or misses, by names and sizes: nothing is read.
    mutating func inputs(_ loaded: LoadedConfig, _ site: Site, _ scenes: [Scene]) async {
        do {
            guard let found = try await StagedInputs.foresee(loaded, scenes: scenes.map(\.name), on: site) else {
                return
            }
            add(found)
        } catch {
            add(Obstacle.wrong("inputs", error))
        }
    }

    /// Files of muster's own in the run's folder, and in each result its record and folder.
    private static func files(_ plan: Plan) -> Int64 { Int64(plan.totals.files) + 3 * Int64(plan.jobs.count) }

    private func space(_ check: String, _ folder: FolderSpace, files: Int64) -> Obstacle {
        let found = "\(folder.path): \(Workdir.room(folder)); muster itself makes at most \(files) files"
        if folder.free == 0 || folder.files.map({ $0 < files }) ?? false {
            return .wrong(check, found, "make room, or name another folder")
        }
        let isTight = folder.free.map { ByteCount($0) < Self.leastRoom } ?? false
        // What stages write comes on top; their files are not known.
        if isTight || folder.files.map({ $0 < 10 * files }) ?? false {
            return .warning(check, found, "that is little; what the stages write comes on top")
        }
        return .ok(check, found)
    }

    /// The batch scripts, one for each size of jobs: do they render, does bash take them, would Slurm.
    mutating func script(_ planned: Planned, submits: Bool) async {
        let site = planned.site
        let scripts: [String]
        do {
            scripts = try planned.scripts(
                paths: RunPaths(folder: "\(site.workdir)/runs/RUN"), run: "RUN",
                agent: "\(site.workdir)/agent/DIGEST/muster-agent")
            for script in scripts {
                let result = try await site.host.run("bash -n", input: Array(script.utf8), timeout: 60)
                guard result.status == 0 else {
                    let said = result.errorText.split(separator: "\n").joined(separator: "; ")
                    add(
                        .wrong(
                            "script", "bash does not take it: \(said)",
                            "look at prologue and template of the cluster file; see it with: muster script", code: 3))
                    return
                }
            }
            add(.ok("script", "template '\(site.cluster.template ?? "slurm.sh")' renders, and bash takes it"))
        } catch {
            add(Obstacle.wrong("script", error))
            return
        }
        guard submits, let slurm = site.scheduler as? SlurmScheduler else { return }
        for (script, size) in zip(scripts, planned.plan.sizes) where size.elements > 0 {
            do {
                let said = try await slurm.tryOut(script, elements: size.arrays.map(\.count).max() ?? 1)
                add(.ok("sbatch", said.split(separator: "\n").last.map { String($0) } ?? "Slurm would take it"))
            } catch {
                add(Obstacle.wrong("sbatch", error))
            }
        }
    }
}
