import Glibc
import MusterCore

/// What an agent that was killed leaves behind in its lane: stages that still run, and output not yet packed.
enum Remains {
    /// Writes down what runs now.
    static func record(lane: Lane, me: ClaimHolder, jobs: [Int: JobRun]) {
        let stages = jobs.values.flatMap { job in
            job.runs.flatMap { run in
                run.programs.map { program in
                    JSON.object(
                        [
                            .init("spool", .int(program.spool.number)), .init("group", .int(program.pid)),
                            .init("start", .int(program.start)),
                        ] + owner(job.key, run.name, program))
                }
            }
        }
        let json = JSON.object(["agent": me.process?.json, "stages": .array(stages)])
        do {
            try lane.write(running: json.bytes)
        } catch {
            note("can't write down what runs: \(error)")
        }
    }

    /// Removes the files of an agent that ended well.
    static func forget(lane: Lane, spools: Int) {
        unlink(lane.running)
        for number in 0..<spools { unlink(lane.spool(number)) }
    }

    /// How a stage's output is found in the log's index.
    static func owner(_ key: AttemptKey, _ stage: String, _ program: RunningProgram) -> [JSON.Member] {
        let members: [JSON.Member] = [
            .init("job", .int(key.job)), .init("gen", .int(key.generation)), .init("restart", .int(key.restart)),
            .init("element", .string(key.element)), .init("stage", .string(stage)),
        ]
        guard let share = program.share else { return members }
        return members + [
            .init("batch", .int(share.batch)), .init("worker", .int(share.worker)),
            .init("first", .int(share.items.lowerBound)), .init("last", .int(share.items.upperBound)),
        ]
    }

    /// Ends what a killed agent of this lane left running on this machine, and packs what it had written.
    ///
    /// A group is killed only when a process of it is the one that was written down, or, its leader gone, when the
    /// machine was not booted since and no other process can have been given the number: a group's number is not given
    /// again while the group lives.
    static func end(lane: Lane, log: PackedLog, observer: ProcessIdentity) {
        guard let json = Files.json(lane.running) else { return }
        let agent = json["agent"].flatMap(ProcessIdentity.init(json:))
        let here = agent.map {
            $0.machine == observer.machine && $0.boot == observer.boot && $0.space == observer.space
        }
        for stage in json["stages"]?.array ?? [] {
            if here == true, let group = stage["group"]?.int, let start = stage["start"]?.int, group > 1 {
                kill(group: Int(group), start: start)
            }
            guard let number = stage["spool"]?.int, number >= 0 else { continue }
            let path = lane.spool(Int(number))
            let spool = open(path, O_RDWR | O_CLOEXEC)
            guard spool >= 0 else { continue }
            let owner = (stage.members ?? []).filter { !["spool", "group", "start"].contains($0.key) }
            do {
                try log.pack(Spool(number: Int(number), descriptor: spool), owner: owner)
            } catch {
                note("can't pack \(path): \(error)")
            }
            unlink(path)
        }
        unlink(lane.running)
    }

    private static func kill(group: Int, start: Int64) {
        if let leader = ProcessStat(pid: group) {
            guard leader.start == start else { return }
        } else {
            // Without its leader a group lives on in its members, each started after the leader was.
            let members = (Files.names(in: "/proc") ?? []).compactMap { Int($0) }.compactMap(ProcessStat.init(pid:))
                .filter { $0.group == group }
            guard !members.isEmpty, members.allSatisfy({ $0.start >= start }) else { return }
        }
        note("ending process group \(group), which a killed agent left running")
        Child.signal(group: group, SIGKILL)
    }
}
