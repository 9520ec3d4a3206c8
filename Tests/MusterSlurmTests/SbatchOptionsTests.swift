import MusterSlurm
import Testing

@Suite struct SbatchOptionsTests {
    private func everything() -> SbatchOptions {
        var options = SbatchOptions()
        options.jobName = "muster.swp-01.a3f9"
        options.partition = "main,spot"
        options.account = "research"
        options.qos = "normal"
        options.nodes = 1
        options.tasksPerNode = 1
        options.cpusPerTask = 4
        options.memory = .perNode(mebibytes: 2_048)
        options.timeLimit = .seconds(5_400)
        options.gres = [SlurmGres(type: "fake", count: 2), SlurmGres(name: "nvme", count: 1)]
        options.array = SlurmArraySpec(0..<100, throttle: 10)
        options.output = "/home/me/run dir/%A_%a.log"
        options.openMode = .append
        options.requeue = true
        options.signal = SlurmSignalRequest("USR1", secondsBefore: 120, batchShellOnly: true)
        options.dependencies = [
            SlurmDependency(.afterany, on: [SlurmJobID(7), SlurmJobID(8, task: 1)]),
            SlurmDependency(.afterok, on: [SlurmJobID(9)]),
        ].compactMap(\.self)
        options.killOnInvalidDependency = true
        options.constraint = "[a100&nvme]"
        options.exclude = "n[1-2]"
        options.nodeList = "n3"
        options.export = SbatchOptions.Export.none
        options.chdir = "/home/me"
        options.comment = "say \"hi\" \\ # $HOME 'é'"
        options.extra = [SbatchExtraOption("reservation", value: "maint"), SbatchExtraOption("exclusive")]
        return options
    }

    @Test func rendersDirectives() throws {
        #expect(
            try everything().directives() == [
                "#SBATCH --job-name=muster.swp-01.a3f9", "#SBATCH --partition=main,spot", "#SBATCH --account=research",
                "#SBATCH --qos=normal", "#SBATCH --nodes=1", "#SBATCH --ntasks-per-node=1", "#SBATCH --cpus-per-task=4",
                "#SBATCH --mem=2048M", "#SBATCH --time=0-01:30:00", "#SBATCH --gres=gpu:fake:2,nvme:1",
                "#SBATCH --array=0-99%10", "#SBATCH --output=\"/home/me/run dir/%A_%a.log\"",
                "#SBATCH --open-mode=append",
                "#SBATCH --requeue", "#SBATCH --signal=B:USR1@120", "#SBATCH --dependency=afterany:7:8_1,afterok:9",
                "#SBATCH --kill-on-invalid-dep=yes", "#SBATCH --constraint=\"[a100&nvme]\"",
                "#SBATCH --exclude=\"n[1-2]\"", "#SBATCH --nodelist=n3", "#SBATCH --export=NONE",
                "#SBATCH --chdir=/home/me", "#SBATCH --comment=\"say \\\"hi\\\" \\\\ # $HOME 'é'\"",
                "#SBATCH --reservation=maint", "#SBATCH --exclusive",
            ])
    }

    @Test func rendersArgumentsWithoutQuotes() throws {
        let arguments = try everything().arguments()
        #expect(arguments.contains("--output=/home/me/run dir/%A_%a.log"))
        #expect(arguments.contains("--comment=say \"hi\" \\ # $HOME 'é'"))
        #expect(arguments.count == (try everything().directives().count))
    }

    @Test func aRetryIsTheSameScriptWithOtherOptions() throws {
        var more = SbatchOptions()
        more.memory = .perCPU(mebibytes: 4_096)
        more.timeLimit = .unlimited
        more.array = SlurmArraySpec([3, 7])
        #expect(
            try Sbatch.arguments(script: "/run/job.sh", overrides: more)
                == ["sbatch", "--parsable", "--mem-per-cpu=4096M", "--time=UNLIMITED", "--array=3,7", "/run/job.sh"])
        #expect(try Sbatch.arguments(script: "-x.sh") == ["sbatch", "--parsable", "./-x.sh"])
        #expect(try Sbatch.arguments(script: nil) == ["sbatch", "--parsable"])
    }

    @Test(
        arguments: [
            ("job-name", "a\nb", .controlCharacter), ("comment", "x\u{1F}y", .controlCharacter),
            ("output", "a\r", .controlCharacter), ("account", "", .empty), ("job-name", "a,b", .comma),
            ("comment", String(repeating: "x", count: 1_025), .tooLong(limit: 1_024)),
            ("reservation", "a\nb", .controlCharacter), ("reservation", "", .empty),
        ] as [(String, String, SbatchOptionError.Problem)])
    func refusesText(option: String, value: String, problem: SbatchOptionError.Problem) {
        var options = SbatchOptions()
        switch option {
        case "job-name": options.jobName = value
        case "comment": options.comment = value
        case "output": options.output = value
        case "account": options.account = value
        default: options.extra = [SbatchExtraOption(option, value: value)]
        }
        let error = #expect(throws: SbatchOptionError.self) { try options.directives() }
        #expect(error?.problem == problem)
        #expect(error?.option == option)
        #expect(error?.description.utf8.contains(0x0A) == false)
        #expect(throws: SbatchOptionError.self) { try options.arguments() }
    }

    @Test func refusesNumbersBelowOne() {
        func problem(_ change: (inout SbatchOptions) -> Void) -> SbatchOptionError.Problem? {
            var options = SbatchOptions()
            change(&options)
            return #expect(throws: SbatchOptionError.self) { try options.arguments() }?.problem
        }
        #expect(problem { $0.nodes = 0 } == .notPositive)
        #expect(problem { $0.memory = .perNode(mebibytes: 0) } == .notPositive)
        #expect(problem { $0.timeLimit = .seconds(0) } == .notPositive)
        #expect(problem { $0.gres = [SlurmGres(count: 0)] } == .notPositive)
    }

    @Test(arguments: ["", "--reservation", "-p", "res ervation", "Reservation", "a=b", "x\ny", "1st"])
    func refusesWhatIsNoOption(name: String) {
        var options = SbatchOptions()
        options.extra = [SbatchExtraOption(name)]
        #expect(throws: SbatchOptionError.self) { try options.arguments() }
    }

    @Test(arguments: [
        "time-min", "exclusive", "reservation", "mail-type", "begin", "hold", "gpu-bind", "licenses", "extra-node-info",
    ])
    func takesOtherOptions(name: String) throws {
        var options = SbatchOptions()
        options.extra = [SbatchExtraOption(name, value: "a b")]
        #expect(try options.directives() == ["#SBATCH --\(name)=\"a b\""])
        #expect(try options.arguments() == ["--\(name)=a b"])
    }
}
