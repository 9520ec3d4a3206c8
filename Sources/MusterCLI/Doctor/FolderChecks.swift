import MusterCluster
import MusterCore

extension Check {
    /// The workdir (on this machine: the state folder) and the file system under it.
    static func folders(needs: [String], backend: ClusterSpec.Backend) -> [Check] {
        let main = backend == .local ? "state folder" : "workdir"
        return [
            Check(main, needs: needs) { patient in
                let own = backend == .local && patient.cluster.host == nil ? Places.state : nil
                guard let asked = patient.cluster.workdir ?? own else {
                    let room = Workdir.words(try await WorkdirSurvey.candidates(on: patient.host))
                    return [
                        .wrong(
                            "\(patient.file) names no 'workdir', a folder of runs that all nodes see",
                            cure: "write into it: workdir: /FOLDER" + (room.isEmpty ? "" : "; seen there: \(room)"))
                    ]
                }
                let answers = try await patient.ask(Workplace.script(workdir: asked, mark: patient.mark))
                guard let place = Workplace(answers) else { throw HostError(.command, "the shell did not answer") }
                await patient.set(place: place)
                return [place.finding(file: patient.file)]
            },
            Check("space", needs: needs + [main]) { patient in
                let answers = try await patient.ask(SpaceFindings.script(try await patient.folder()))
                return [
                    SpaceFindings.space(answers, file: patient.file),
                    SpaceFindings.quota(answers, file: patient.file).named("quota"),
                    FileSystemFindings.type(answers, backend: backend, file: patient.file).named("file system"),
                ]
            },
            Check("claims", needs: needs + [main], seconds: 40) { patient in
                let script = FileSystemFindings.claimsScript(try await patient.folder())
                return [FileSystemFindings.claims(try await patient.ask(script), file: patient.file)]
            },
            Check("agent", needs: needs + [main], seconds: 60, agent),
        ]
    }

    /// Uses the agent that an earlier run has sent; sends it to the examination's own folder where there is none.
    private static let agent: @Sendable (Patient) async throws -> [Finding] = { patient in
        guard let workdir = await patient.place?.workdir else { return [.skipped("needs: workdir")] }
        let digest = try AgentDelivery.digest(of: Places.agent)
        let earlier = ShellWord.quote(AgentDelivery.path(digest, in: workdir))
        let isThere = try await patient.run("[ -x \(earlier) ]").status == 0
        let path = try await AgentDelivery.deliver(
            Places.agent, digest: digest, to: isThere ? workdir : try await patient.folder(), on: patient.host)
        await patient.set(agent: path)
        let version = try await patient.run("\(ShellWord.quote(path)) --version")
        let text = version.text.split(separator: "\n").first ?? ""
        return [.ok("\(text) starts on \(patient.host.name)\(isThere ? ", where it lies already" : "")")]
    }

    /// This machine's clock against the host's.
    static func clock(needs: [String]) -> Check {
        Check("clock", needs: needs) { patient in
            let before = Timestamp.now
            let there = try await patient.run("date +%s.%N").text
            return [ClockFindings.clock(there: there, before: before, after: .now, of: patient.host.name)]
        }
    }
}

/// How far two clocks are apart, as far as one question can tell.
enum ClockFindings {
    /// More seconds than this are worth a word: durations come from one clock, but times of different machines are shown
    /// side by side.
    static let tolerable = 2.0

    /// `there` was read between two looks at the own clock.
    static func clock(
        there: String, before: Timestamp, after: Timestamp, of host: String, against other: String = "this machine"
    ) -> Finding {
        guard let there = Double(there.filter { !$0.isWhitespace }) else {
            return .warning("'date' did not tell", cure: "see: date +%s.%N")
        }
        let (low, high) = (Double(before.microseconds) / 1e6, Double(after.microseconds) / 1e6)
        let uncertainty = (high - low) / 2
        let apart = there - (low + high) / 2
        let way = apart > 0 ? "ahead of" : "behind"
        if abs(apart) <= uncertainty + 0.001 { return .ok("the same within \(ConnectionFindings.text(uncertainty))") }
        let text = "\(host) is \(ConnectionFindings.text(abs(apart))) \(way) \(other)"
        guard abs(apart) - uncertainty > tolerable else { return .ok(text) }
        return .warning(text, cure: "set the clock that is wrong: timedatectl; at a site, tell the support")
    }
}
