import MusterSlurm
import Testing

@Suite struct SbatchExtraOptionTests {
    private func error(
        _ name: String, _ value: String? = "x", _ change: (inout SbatchOptions) -> Void = { _ in }
    ) -> SbatchOptionError? {
        var options = SbatchOptions()
        change(&options)
        options.extra = [SbatchExtraOption(name, value: value)]
        do {
            _ = try options.arguments()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("array", "array"), ("time", "time"), ("job", "job-name"), ("arr", "array"), ("wrap", "wrap"), ("wai", "wait"),
        ("test", "test-only"), ("clusters", "clusters"), ("p", "parsable"), ("no-req", "no-requeue"),
        ("error", "error"),
        ("output", "output"), ("dependency", "dependency"), ("parsable", "parsable"), ("ntasks", "ntasks"),
        ("nodes", "nodes"), ("cpus-per-task", "cpus-per-task"), ("export", "export"), ("requeue", "requeue"),
    ])
    func refusesWhatBelongsToMuster(name: String, owner: String) {
        guard case .owned(as: owner, instead: let instead)? = error(name)?.problem else {
            Issue.record("\(name): \(String(describing: error(name)))")
            return
        }
        #expect(!instead.isEmpty && error(name)?.description.contains(instead) == true)
    }

    @Test(arguments: [
        ("mem", "memory"), ("mem-per-cpu", "memory"), ("mem-per-gpu", "memory"), ("gpus", "gpus"),
        ("gpus-per-task", "gpus"), ("gpus-per-n", "gpus"), ("constraint", "constraint"), ("nodelist", "nodelist"),
        ("nodefile", "nodelist"), ("part", "partition"), ("qos", "qos"), ("account", "account"), ("chdir", "chdir"),
        ("exclusive", "exclusive"), ("oversubscribe", "exclusive"), ("mail-user", "mail"), ("lic", "licenses"),
        ("reservation", "reservation"), ("tmp", "tmp"), ("comment", "comment"), ("exclude", "exclude"),
        ("signal", "signal"), ("gre", "gpus"),
    ])
    func refusesWhatContradictsAField(name: String, field: String) {
        let set = error(name) {
            $0.memory = .perNode(mebibytes: 1)
            $0.gres = [SlurmGres(count: 1)]
            ($0.constraint, $0.nodeList, $0.partition, $0.qos, $0.account) = ("a", "n1", "p", "q", "c")
            ($0.exclusive, $0.mail, $0.licenses) = (.node, SbatchMail(events: ["END"], user: "u"), ["l:1"])
            ($0.reservation, $0.tmp, $0.comment, $0.exclude, $0.chdir) = ("r", 1, "c", "n2", "/")
            $0.signal = SlurmSignalRequest("USR1", secondsBefore: 60, batchShellOnly: true)
        }
        guard case .contradicts(_, field: field, _)? = set?.problem else {
            Issue.record("\(String(describing: set))")
            return
        }
        #expect(error(name) == nil, "passes where the field is not set")
    }

    @Test func theErrorSaysWhatContradictsWhat() {
        let memory = error("mem-per-gpu") { $0.memory = .perNode(mebibytes: 1) }
        #expect(
            memory?.description
                == "sbatch option --mem-per-gpu contradicts 'memory', which is set: set it in one of the two places")
        #expect(
            error("time")?.description
                == "sbatch option --time cannot be given as an extra option: the plan needs to know it; set resources.time"
        )
        #expect(error("arr")?.description.contains(", which sbatch may take for --array,") == true)
    }

    @Test func otherDevicesJoinTheGPUs() throws {
        var options = SbatchOptions()
        options.gres = [SlurmGres(type: "a100", count: 4)]
        options.extra = [SbatchExtraOption("gres", value: "nvme:1,shard:2")]
        #expect(try options.arguments() == ["--gres=gpu:a100:4,nvme:1,shard:2"])
        options.gpuForm = .gpusPerNode
        #expect(try options.arguments() == ["--gpus-per-node=a100:4", "--gres=nvme:1,shard:2"])
        options.extra = []
        options.gres = [SlurmGres(count: 2)]
        #expect(try options.directives() == ["#SBATCH --gpus-per-node=2"])
        options.extra = [SbatchExtraOption("gres", value: "gpu:1")]
        #expect(throws: SbatchOptionError.self) { try options.arguments() }
        options.gres = []
        #expect(try options.arguments() == ["--gres=gpu:1"])
    }

    @Test func aSliceOfAGPUIsAType() throws {
        var options = SbatchOptions()
        options.gres = [SlurmGres(type: "a100_3g.20gb", count: 2)]
        #expect(try options.directives() == ["#SBATCH --gres=gpu:a100_3g.20gb:2"])
    }

    @Test(arguments: [
        ("reservaton", "reservation"), ("constrain", nil), ("licences", "licenses"), ("gpu-bnid", "gpu-bind"),
        ("site-billing-code", nil), ("mem", nil), ("exclusiv", nil),
    ])
    func anUnknownNamePassesWithAHint(name: String, near: String?) throws {
        let option = SbatchExtraOption(name, value: "1")
        var options = SbatchOptions()
        options.extra = [option]
        #expect(try options.arguments() == ["--\(name)=1"])
        #expect(options.hints == [option.hint].compactMap(\.self))
        if let near { #expect(option.hint == "sbatch option --\(name) is not known here; did you mean --\(near)?") }
        if name == "site-billing-code" { #expect(option.hint == "sbatch option --\(name) is not known here") }
        if ["mem", "exclusiv", "constrain"].contains(name) { #expect(option.hint == nil) }
    }

    @Test func everyOptionOfARecordedReleaseIsKnown() throws {
        for word in try Fixture("22.05").text("options").split(separator: "\n") {
            #expect(SbatchExtraOption(String(word)).hint == nil, "\(word)")
        }
    }

    @Test func theOtherFieldsAreRendered() throws {
        var options = SbatchOptions()
        options.reservation = "maint"
        options.licenses = ["matlab:2", "ansys"]
        options.tmp = 2_048
        options.exclusive = .user
        options.mail = SbatchMail(events: ["END", "FAIL"], user: "ada@example.org")
        #expect(
            try options.directives() == [
                "#SBATCH --reservation=maint", "#SBATCH --licenses=matlab:2,ansys", "#SBATCH --tmp=2048M",
                "#SBATCH --exclusive=user", "#SBATCH --mail-type=END,FAIL", "#SBATCH --mail-user=ada@example.org",
            ])
        var alone = SbatchOptions()
        alone.exclusive = .node
        alone.requeue = false
        alone.openMode = .append
        #expect(try alone.arguments() == ["--open-mode=append", "--no-requeue", "--exclusive"])
        alone.tmp = 0
        #expect(throws: SbatchOptionError.self) { try alone.arguments() }
    }
}
