import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterSlurm

/// Makes a run of a config and hands it over.
enum Submitter {
    /// Submits and returns the run's id. The intention is in the history before the act, the result after.
    static func submit(_ options: ConfigOptions, new: Bool, consent: Consent? = nil) async throws -> String {
        let loaded = try LoadedConfig.read(options)
        let created = Timestamp.now
        let run = name(of: loaded, at: created)
        var planned = try await Planned.make(loaded) { "\($0.workdir)/runs/\(run)" }
        if let work = try await Foresight.ofRerun(planned).work { Terminal.complain(Foresight.words(work)) }
        planned.plan = planned.plan.stamped(LocalTime.local(created).stamp)
        return try await submit(planned, as: run, at: created, new: new, consent: consent)
    }

    /// The id of a new run.
    static func name(of loaded: LoadedConfig, at created: Timestamp) -> String {
        "\(loaded.spec.name)-\(created.stamp)-\(String(UInt16.random(in: 0x1000...0xFFFF), radix: 16))"
    }

    /// The name by which the login node knows itself: an alias may lead to another one each time.
    private static func loginNode(_ site: Site) async -> [JSON.Member] {
        guard site.cluster.host != nil, let name = try? await site.host.run("uname -n").text, !name.isEmpty else {
            return []
        }
        return [JSON.Member("login_node", .string(name.trimmingCharacters(in: .whitespacesAndNewlines)))]
    }

    /// Submits what was planned for the run.
    static func submit(
        _ planned: Planned, as run: String, at created: Timestamp, new: Bool, consent: Consent? = nil
    ) async throws -> String {
        let (loaded, site) = (planned.loaded, planned.site)
        let paths = RunPaths(folder: "\(site.workdir)/runs/\(run)")
        let pinned = try PinnedDataset.find(loaded)
        let staged = try await StagedInputs.bring(
            loaded, scenes: planned.plan.rows.map(\.scene.name), on: site, wishes: .init(consent: consent))
        if let staged {
            try staged.check(loaded)
            if !staged.places.isHere { Terminal.complain(staged.report.words(staged.places, isDry: false)) }
        } else {
            try await pinned?.compare(planned)
        }
        let code = try await RunCode.read(loaded, on: site)
        for warning in code.warnings { Terminal.complain("warning: \(warning)") }
        let snapshot = try await CodeSnapshot.look(code, planned, paths: paths)
        var planned = planned
        planned.plan.copies = snapshot.map
        try await lock(planned, run: run, paths: paths, new: new)
        let agent = try await AgentDelivery.deliver(Places.agent, to: site.workdir, on: site.host)
        let scripts = try planned.scripts(paths: paths, run: run, agent: agent)
        let plan = planned.plan.runPlan(run: run)
        let experiment = SubmittedExperiment(loaded, created: created)
        let history = try RunRecord.openHistory()
        let registration = RunRegistration(
            folder: paths.folder, configPath: Places.absolute(loaded.spec.file), way: site.way.rawValue,
            home: home(loaded, run: run), created: created,
            details: details(planned) + (snapshot.map.map { [JSON.Member("copies", $0.json)] } ?? [])
                + (pinned?.details ?? []) + experiment.details + (await loginNode(site))
                + code.details(try RunProvenance.workflow(code, in: history), config: Places.absolute(loaded.spec.file))
        )
        try history.registerRun(plan, jobs: planned.plan.rows, registration)
        try pinned?.record(
            run: run, folder: staged?.places.there ?? PinnedDataset.folder(loaded), history: history)
        await RunProvenance.keep(code, loaded, run: run, on: site)
        let areKnown = try staged?.record(planned.plan.rows, run: run, history: history) ?? false
        if loaded.spec.provenance.inputs, !areKnown {
            await RunProvenance.inputs(planned.plan.rows, run: run, history: history, on: site)
        }
        let voice = Voice(run: run, history: history)
        do {
            try await RunFolder(paths: paths).create(
                plan: planned.plan, run: run, scripts: scripts, config: loaded.text, keys: try WireKeys.make(),
                way: site.way, experiment: experiment.record?.json, registration: registration.json, on: site.host)
            try await snapshot.make(on: site.host)
            let watched = try await code.watched(planned.plan.input.stages, copies: snapshot.copies, on: site.host)
            if !watched.files.isEmpty {
                let file = HostFile(path: "code.json", text: watched.json.line + "\n")
                try await site.host.write([file], to: paths.folder)
            }
        } catch {
            try voice.tell([.cancelRequested(jobs: []), .runEnded])
            throw error
        }
        do {
            try await handOver(
                Steward.partsToSubmit(RunState(), plan: plan, limit: planned.submitLimit).map {
                    Submission(plan, round: 0, part: $0, elements: plan.parts[$0].elements)
                },
                plan: plan, paths: paths, site: site, voice: voice)
        } catch let refusal as SlurmFailure {
            // Nothing of it was accepted, so nothing of it stands in the way of the next try.
            try voice.tell([.cancelRequested(jobs: []), .runEnded])
            try await site.host.write([HostFile(path: "ended", text: "")], to: paths.folder)
            try? await voice.keep(in: paths, on: site.host)
            throw refusal
        }
        // What is handed over is known there by its tokens, should this fail.
        try? await voice.keep(in: paths, on: site.host)
        return run
    }

    /// Hands over one array after the other. When a later one is refused, that is returned and no error: the steward offers
    /// it again when there is room.
    @discardableResult static func handOver(
        _ submissions: [Submission], plan: RunPlan, paths: RunPaths, site: Site, voice: Voice
    ) async throws -> SlurmFailure? {
        var sharedRuns = try sharedRuns(plan, voice)
        let limit = try voice.history.state(of: plan.run).throttle
        for (number, submission) in submissions.enumerated() {
            var submission = submission
            let isShared = plan[submission.size].isShared
            if !isShared { submission.after = sharedRuns }
            if let limit { submission.throttle = plan.elements(forJobs: limit, size: submission.size) }
            try voice.tell([.submitting(token: submission.token, elements: submission.elements)])
            let answer: Result<String, any Error>
            do {
                answer = .success(try await site.scheduler.submit(submission, in: paths))
            } catch {
                answer = .failure(error)
            }
            let calls = await site.scheduler.takeCalls()
            if !calls.isEmpty { try voice.tell([.schedulerCalls(calls)]) }
            switch answer {
            case .success(let id):
                if isShared { sharedRuns.append(id) }
                try voice.tell([.submitted(token: submission.token, schedulerID: id)])
            case .failure(let refusal as SlurmFailure) where number > 0: return refusal
            case .failure(let error): throw error
            }
        }
        return nil
    }

    /// What the scheduler calls the submissions of shared stage runs, which the others should wait for.
    private static func sharedRuns(_ plan: RunPlan, _ voice: Voice) throws -> [String] {
        guard plan.classes.contains(where: \.isShared) else { return [] }
        let state = try voice.history.state(of: plan.run)
        return plan.parts.indices.filter { plan[plan.parts[$0].size].isShared }.compactMap {
            state.submissions[SubmissionToken.make(run: plan.run, round: 0, part: $0)]?.schedulerID
        }
    }

    /// Takes the locks of the sweep and its output folder for a run, or says who holds them.
    static func lock(_ planned: Planned, run: String, paths: RunPaths, new: Bool) async throws {
        do {
            try await RunLock.take(
                lockNames(planned), for: run, paths: paths, in: "\(planned.site.workdir)/locks", force: new,
                on: planned.site.host)
        } catch let held as RunLock.Held {
            throw ExitStatus(
                code: 2,
                text: "error: the run '\(held.run)' of this sweep has not ended\n"
                    + "  to go on with it: muster watch \(held.run)\n  to start another beside it: add --new")
        }
    }

    /// What the run keeps others from: its sweep, and its output folder.
    private static func lockNames(_ planned: Planned) -> [String] {
        let output = planned.loaded.spec.outputRoot
        var names = ["plan \(planned.plan.input.sweep) \(planned.loaded.spec.datasetRoot) \(output)"]
        if !planned.plan.input.outputRoot.hasPrefix("\(planned.site.workdir)/runs/") {
            names.append("output \(planned.plan.input.outputRoot)")
        }
        return names
    }

    /// Where results come home: the relative output beside the config; for an absolute one a folder of sweep and run.
    private static func home(_ loaded: LoadedConfig, run: String) -> String {
        let output = loaded.spec.outputRoot
        if loaded.cluster.backend == .local, loaded.cluster.host == nil {
            return Places.absolute(output, below: loaded.folder)
        }
        return output.hasPrefix("/") ? "\(loaded.folder)/\(loaded.spec.name)/\(run)" : "\(loaded.folder)/\(output)"
    }

    private static func details(_ planned: Planned) -> [JSON.Member] {
        let loaded = planned.loaded
        return [
            JSON.Member("cluster_file", loaded.clusterFile.map(JSON.string) ?? .null),
            JSON.Member("cluster_text", loaded.clusterText.map(JSON.string) ?? .null),
            JSON.Member("collect", loaded.spec.collect.json ?? .null),
            JSON.Member("summaries", .strings(loaded.spec.pipeline.summaries)),
            JSON.Member("locks", .strings(lockNames(planned))),
            JSON.Member("submit_limit", planned.submitLimit.map { .int(Int64($0)) } ?? .null),
            JSON.Member("keep", .string(loaded.spec.provenance.keep.rawValue)),
        ] + (loaded.spec.notify.map { [JSON.Member("notify", $0.json)] } ?? [])
    }
}
